"""The command line: every command has help with an example, and errors are one clear line with the right exit code."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from gateway.cli import app
from gateway.files import DocumentInvalid, documents_in
from partners import kits

runner = CliRunner()
DEMO = Path(str(files("gateway.demo")))


def leaves(command: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Every command with its words, groups walked down."""
    if commands := getattr(command, "commands", None):
        return [leaf for name, sub in commands.items() for leaf in leaves(sub, (*path, name))]
    return [(path, command)]


COMMANDS = leaves(get_command(app))


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(path) for path, _ in COMMANDS])
def test_every_command_has_help_with_an_example(path: tuple[str, ...], command: Any) -> None:
    assert f"Example: dockgate {' '.join(path)}" in " ".join((command.help or "").split())
    assert runner.invoke(app, [*path, "--help"]).exit_code == 0


def test_the_contract_of_the_command_line_is_kept() -> None:
    names = {" ".join(path) for path, _ in COMMANDS}
    wanted = {
        "run",
        "demo",
        "serve",
        "work",
        "check",
        "inspect",
        "read",
        "write",
        "trace",
        "migrate",
        "order list",
        "order show",
    }
    wanted |= {"order release", "order reprint", "parked list", "parked show", "parked replay", "parked discard"}
    wanted |= {"partner list", "partner show", "partner import", "partner export", "partner check"}
    assert wanted | {"printer list", "printer test"} <= names


def test_inspect_prints_one_json_document_for_each_file() -> None:
    names = [str(DEMO / "straight.edi"), str(DEMO / "credit.edi")]
    result = runner.invoke(app, ["inspect", *names, "--json"])
    assert result.exit_code == 0
    inspected = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["file"] for one in inspected] == names
    assert inspected[0]["interchanges"][0]["groups"][0]["transaction_sets"][0]["segments"] == 26


def test_inspect_exits_1_on_a_finding_that_rejects() -> None:
    result = runner.invoke(app, ["inspect", str(DEMO / "refused.edi"), "--json"])
    assert result.exit_code == 1
    (set_,) = json.loads(result.stdout)["interchanges"][0]["groups"][0]["transaction_sets"]
    assert set_["findings"][0]["code"] == "segment-count-wrong"


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 5000, b"\xff\xfe<", b"PK\x03\x04" + b"\x00" * 50, b"ISA", b"UNA:+.? '"]
)
def test_inspect_and_read_survive_anything(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(data)
    for command in ("inspect", "read"):
        result = runner.invoke(app, [command, str(path), "--json"])
        assert result.exit_code in (0, 1), result.output
        assert json.loads(result.stdout)["file"] == str(path)


def test_read_gives_document_findings_and_acknowledgment() -> None:
    result = runner.invoke(app, ["read", str(DEMO / "straight.edi"), "--json"])
    read = json.loads(result.stdout)
    assert read.keys() == {"file", "documents", "findings", "acknowledgments"}
    assert read["documents"][0]["customer_po_number"] == "NW-458801"
    assert "AK5*A" in read["acknowledgments"][0]


def test_write_gives_back_what_read_took(tmp_path: Path) -> None:
    read = runner.invoke(app, ["read", str(DEMO / "straight.edi"), "--json"])
    document = tmp_path / "order.json"
    document.write_text(read.stdout, "utf-8")
    written = runner.invoke(app, ["write", str(document), "--to", "x12-850", "--json"])
    assert written.exit_code == 0, written.output
    result = json.loads(written.stdout)
    assert result["to"] == "x12-850"
    again = tmp_path / "again.edi"
    again.write_text(result["text"], "utf-8")
    (order,) = json.loads(runner.invoke(app, ["read", str(again), "--json"]).stdout)["documents"]
    (first,) = json.loads(read.stdout)["documents"]
    assert order["customer_po_number"] == first["customer_po_number"]
    assert [line["part_as_ordered"] for line in order["lines"]] == [line["part_as_ordered"] for line in first["lines"]]


def test_write_makes_a_file_by_a_map_of_ones_own(tmp_path: Path) -> None:
    read = runner.invoke(app, ["read", str(DEMO / "straight.edi"), "--json"])
    document, chosen, feed = tmp_path / "order.json", tmp_path / "erp.toml", tmp_path / "feed"
    document.write_text(read.stdout, "utf-8")
    chosen.write_text('map = "erp"\nextends = "csv-order"\n[file]\nencoding = "utf-16"\n', "utf-8")
    written = runner.invoke(app, ["write", str(document), "--map", str(chosen), "--out", str(feed)])
    assert written.exit_code == 0, written.output
    (file,) = feed.iterdir()
    assert file.name == "order-1.csv"
    assert file.read_bytes().decode("utf-16").startswith("PO Number,PO Date,")
    assert "has no place in a file by map erp" in " ".join(written.output.split())


def test_write_asks_by_which_map(tmp_path: Path) -> None:
    document = tmp_path / "order.json"
    document.write_text("[]", "utf-8")
    refused = runner.invoke(app, ["write", str(document)])
    assert refused.exit_code == 2
    assert "say which map writes" in refused.output


def test_write_names_the_field_that_is_no_documents(tmp_path: Path) -> None:
    document = tmp_path / "order.json"
    document.write_text('{"kind": "invoice", "invoice_number": "1", "lines": [{"line_no": "x"}]}', "utf-8")
    refused = runner.invoke(app, ["write", str(document), "--to", "x12-810"])
    assert refused.exit_code == 3
    assert "lines.0.line_no" in refused.output
    with pytest.raises(DocumentInvalid, match="cannot be read as JSON"):
        documents_in(DEMO / "straight.edi")


def test_inspect_takes_a_folder_and_counts_the_verdicts(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.edi").write_bytes((DEMO / "straight.edi").read_bytes())
    (tmp_path / "two.edi").write_bytes(b"ISA*00*cut")
    (tmp_path / ".hidden").write_bytes(b"x")
    shown = runner.invoke(app, ["inspect", str(tmp_path)])
    assert shown.exit_code == 1
    assert "worst finding" in shown.output
    assert ".hidden" not in shown.output


def test_read_with_a_partner_and_its_map_takes_only_that_partner(tmp_path: Path) -> None:
    options = ["--partner", str(DEMO / "northwind.toml"), "--map", str(DEMO / "northwind-850.toml"), "--json"]
    known = json.loads(runner.invoke(app, ["read", str(DEMO / "straight.edi"), *options]).stdout)
    assert known["documents"][0]["partner"] == "northwind"
    stranger = tmp_path / "stranger.edi"
    stranger.write_bytes((DEMO / "straight.edi").read_bytes().replace(b"NORTHWIND  ", b"SOUTHWIND  "))
    unknown = json.loads(runner.invoke(app, ["read", str(stranger), *options]).stdout)
    assert (unknown["documents"], unknown["findings"][0]["code"]) == ([], "unknown-sender")


def test_file_that_is_not_there_is_a_usage_error() -> None:
    assert runner.invoke(app, ["inspect", "nowhere.edi"]).exit_code == 2


def test_box_that_was_never_set_up_says_what_to_do(tmp_path: Path) -> None:
    result = runner.invoke(app, ["order", "list", "--home", str(tmp_path)])
    assert result.exit_code == 3
    assert "dockgate migrate" in result.stderr


def test_read_takes_a_file_that_names_nobody_for_the_partner_whose_channel_it_would_come_by() -> None:
    kit = Path(kits.__file__).parent / "woot-portal"
    options = ["--partner", str(kit / "partner.toml"), "--map", str(kit / "woot-csv.map.toml"), "--json"]
    found = json.loads(runner.invoke(app, ["read", str(kit / "samples" / "dropship.csv"), *options]).stdout)
    assert {one["partner"] for one in found["documents"]} == {"woot"}


def test_partner_is_imported_listed_and_exported(tmp_path: Path) -> None:
    home = ["--home", str(tmp_path / "home")]
    assert runner.invoke(app, ["migrate", *home]).exit_code == 0
    texts = [str(DEMO / "northwind.toml"), str(DEMO / "northwind-850.toml")]
    result = runner.invoke(app, ["partner", "import", *texts, *home])
    assert result.exit_code == 0, result.output
    assert "northwind" in runner.invoke(app, ["partner", "list", *home]).stdout
    exported = runner.invoke(app, ["partner", "show", "northwind", *home]).stdout
    again = tmp_path / "again.toml"
    again.write_text(exported, "utf-8")
    assert "revision 1" in runner.invoke(app, ["partner", "import", str(again), *home]).stdout


def test_partner_that_names_a_missing_map_is_not_imported(tmp_path: Path) -> None:
    home = ["--home", str(tmp_path / "home")]
    runner.invoke(app, ["migrate", *home])
    result = runner.invoke(app, ["partner", "import", str(DEMO / "northwind.toml"), *home])
    assert result.exit_code == 3
    assert "northwind-850" in result.stderr
    assert "no partners yet" in runner.invoke(app, ["partner", "list", *home]).stdout


def test_partner_check_shows_the_order_its_sample_gives() -> None:
    arguments = [str(DEMO / "northwind.toml"), str(DEMO / "straight.edi"), "--map", str(DEMO / "northwind-850.toml")]
    result = runner.invoke(app, ["partner", "check", *arguments])
    assert result.exit_code == 0
    assert "NW-458801" in result.stdout


def test_check_finds_a_box_that_is_fine_and_one_that_is_not(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    bad = runner.invoke(app, ["check", "--home", str(home), "--json"])
    assert bad.exit_code == 1
    assert "dockgate migrate" in bad.stdout
    (home / "dockgate.toml").write_text('[company]\nidentifiers = [{qualifier = "ZZ", value = "US"}]\n', "utf-8")
    runner.invoke(app, ["migrate", "--home", str(home)])
    good = runner.invoke(app, ["check", "--home", str(home), "--json"])
    assert good.exit_code == 0, good.stdout


def test_printer_test_prints_a_page_into_the_folder(tmp_path: Path) -> None:
    result = runner.invoke(app, ["printer", "test", "dock", "--home", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "printed").glob("PJ-TEST-*.pdf"))) == 1
    assert runner.invoke(app, ["printer", "test", "laser", "--home", str(tmp_path)]).exit_code == 3


def test_masters_go_out_as_a_table_and_come_back_whole_or_not_at_all(tmp_path: Path) -> None:
    home, table = ["--home", str(tmp_path / "home")], tmp_path / "parts.csv"
    assert runner.invoke(app, ["migrate", *home]).exit_code == 0
    table.write_text("part,description,list_price\nW-1,Widget,9.25\n", "utf-8")
    assert "1 parts imported" in runner.invoke(app, ["master", "import", "parts", str(table), *home]).stdout
    shown = runner.invoke(app, ["master", "show", "parts", "W-1", *home])
    assert json.loads(shown.stdout)["list_price"] == "9.25"
    table.write_text("part,description,list_price\nW-1,Widget,8\nW-2,Widget,dear\n", "utf-8")
    wrong = runner.invoke(app, ["master", "import", "parts", str(table), *home])
    assert wrong.exit_code == 1
    assert "nothing was imported" in wrong.stderr and "row 3, column list_price" in wrong.stderr
    listed = runner.invoke(app, ["master", "list", "parts", "--json", *home])
    assert json.loads(listed.stdout)["list_price"] == "9.25"
    assert json.loads(runner.invoke(app, ["master", "list", "--json", *home]).stdout)["parts"] == 1
    exported = runner.invoke(app, ["master", "export", "parts", *home])
    assert exported.stdout.splitlines()[1].startswith("W-1,Widget,EA")
    assert "removed" in runner.invoke(app, ["master", "remove", "parts", "W-1", *home]).stdout
    missing = runner.invoke(app, ["master", "show", "widgets", "W-1", *home])
    assert missing.exit_code == 3 and "known: customers" in missing.stderr
