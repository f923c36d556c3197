"""What customers' files and TRADACOMS become: every case is a folder with a ``wire`` file, and a map where it has one.

``pytest tests/golden/test_file_orders.py --bless`` writes documents and findings anew; review the diff.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from partners.partner import Agreement
from tests.workbooks import xlsx, zipped
from translators.agreed import Agree, Agreed, Envelope, standard_agreement
from translators.maps.bases import base_map_text
from translators.maps.engine import compile_map
from translators.translate import read

CASES = sorted(path.parent for path in Path(__file__).parent.glob("file-*/*/wire.*"))
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def _agree(case: Path) -> Agree:
    if not (case / "map.toml").exists():
        return standard_agreement
    chosen = compile_map((case / "map.toml").read_text("utf-8"), base_map_text)

    def agree(envelope: Envelope) -> Agreed:
        standard = standard_agreement(envelope)
        agreement = standard.agreement or Agreement(document=envelope.set_id, standard="file", map=chosen.name)
        return Agreed(standard.partner, agreement, chosen)

    return agree


def _read(raw: bytes, agree: Agree = standard_agreement) -> dict[str, Any]:
    return read(raw, agree, AT, "folder").to_json("wire", AT)


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_file_becomes_the_documents_that_were_reviewed(case: Path, bless: bool) -> None:
    shown = _read(next(case.glob("wire.*")).read_bytes(), _agree(case))
    assert shown["acknowledgments"] == []
    for name, key in (("document.json", "documents"), ("findings.json", "findings")):
        text = json.dumps(shown[key], indent=1, ensure_ascii=False) + "\n"
        if bless:
            (case / name).write_text(text, "utf-8")
        assert (case / name).read_text("utf-8") == text


def test_every_bad_file_stands_beside_its_good_twin() -> None:
    names = {f"{case.parent.name}/{case.name}" for case in CASES}
    assert {name.removesuffix("-bad") for name in names if name.endswith("-bad")} <= names


def _without_places(shown: dict[str, Any]) -> list[dict[str, Any]]:
    ours = ("provenance", "channel_order_id")
    return [{key: value for key, value in one.items() if key not in ours} for one in shown["documents"]]


def test_a_workbook_says_what_the_same_table_says_as_csv() -> None:
    wire = Path(__file__).parent / "file-csv" / "no-po-number" / "wire.csv"
    rows = [line.split(",") for line in wire.read_text("utf-8").splitlines()]
    assert _without_places(_read(xlsx(rows))) == _without_places(_read(wire.read_bytes()))


def test_utf_16_says_what_the_same_file_says_in_windows_letters() -> None:
    folder = Path(__file__).parent / "file-csv"
    german, wide = folder / "german", folder / "german-utf-16"
    first = _read((german / "wire.csv").read_bytes(), _agree(german))
    second = _read((wide / "wire.csv").read_bytes(), _agree(wide))
    assert first["documents"] == second["documents"] != []


def test_an_archive_is_so_many_files_and_one_that_cannot_be_read_leaves_the_others() -> None:
    folder = Path(__file__).parent
    members = {
        "a.csv": (folder / "file-csv" / "order-form" / "wire.csv").read_bytes(),
        "b.xml": (folder / "file-ubl" / "peppol" / "wire.xml").read_bytes(),
        "c.edi": (folder / "file-tradacoms" / "orders" / "wire.edi").read_bytes(),
        "logo.pdf": b"%PDF-1.7",
    }
    shown = _read(zipped(members))
    numbers = [one["customer_po_number"] for one in shown["documents"]]
    assert numbers == ["F-9", "U-1001", "PO-1001", "PO-1002"]
    assert [one["message"] for one in shown["findings"] if one["severity"] == "reject"] == [
        "logo.pdf: this is pdf, no EDI and no customer file we know"
    ]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield str(value)


@pytest.mark.parametrize("word", ["5010000000022", "urn:fdc:peppol.eu:poacc:trns:order:3", "matt", "Finish", "VAT"])
def test_what_no_rule_takes_is_kept_under_its_name(word: str) -> None:
    raw = (Path(__file__).parent / "file-ubl" / "peppol" / "wire.xml").read_bytes()
    assert word in set(_texts(_read(raw)["documents"]))
