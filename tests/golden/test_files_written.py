"""What maps write into customers' files: each case of ``file-*`` is written by the map that read it, and read again.

``pytest tests/golden/test_files_written.py --bless`` writes files and losses anew; review the diff.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.outbound import anybody
from partners.partner import Agreement
from translators.agreed import Agree, Agreed, Envelope, standard_agreement
from translators.documents import flat
from translators.maps.bases import base_map, base_map_text
from translators.maps.engine import CompiledMap, compile_map
from translators.outgoing import PROVISIONAL, Written
from translators.translate import TranslatedDocument, read
from translators.writing import write

CASES = sorted(
    path.parent
    for path in Path(__file__).parent.glob("file-*/*/document.json")
    if path.parent.parent.name != "file-tradacoms" and path.read_text("utf-8") != "[]\n"
)
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
OF_THE_ROAD = ("channel", "extensions", "lines.extensions", "partner", "received_at")


def _agree(case: Path) -> Agree:
    if not (case / "map.toml").exists():
        return standard_agreement
    chosen = compile_map((case / "map.toml").read_text("utf-8"), base_map_text)

    def agree(envelope: Envelope) -> Agreed:
        return Agreed("anybody", Agreement(document=envelope.set_id, standard="file", map=chosen.name), chosen)

    return agree


def _map(case: Path, one: TranslatedDocument) -> CompiledMap:
    found = case / "map.toml"
    return compile_map(found.read_text("utf-8"), base_map_text) if found.exists() else base_map(one.map)


def _written(case: Path) -> list[tuple[TranslatedDocument, Written]]:
    orders = read(next(case.glob("wire.*")).read_bytes(), _agree(case), AT, "folder").documents
    return [(one, write(_map(case, one), one.document, anybody("file"), PROVISIONAL, AT)) for one in orders]


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_an_order_is_written_as_the_file_that_was_reviewed(case: Path, bless: bool) -> None:
    written = [one for _, one in _written(case)]
    lost = json.dumps([one.lost for one in written], indent=1) + "\n"
    for number, one in enumerate(written, 1):
        back = case / f"back-{number}.{one.suffix}"
        if bless:
            back.write_bytes(one.data)
        assert back.read_bytes() == one.data
    if bless:
        (case / "lost.json").write_text(lost, "utf-8")
    assert (case / "lost.json").read_text("utf-8") == lost


def _values(one: TranslatedDocument, lost: tuple[str, ...]) -> dict[str, str]:
    gone = (*OF_THE_ROAD, *lost)
    return {
        name: text.rstrip("0").rstrip(".") if "." in text else text
        for name, text in flat(one.document).items()
        if "extensions" not in name and not name.startswith(gone)
    }


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_written_is_read_as_the_order_it_was_but_for_what_was_told_lost(case: Path) -> None:
    for one, written in _written(case):
        again = read(written.data, _agree(case), AT, "folder")
        assert [finding.message for finding in again.findings if finding.rejects] == []
        (second,) = again.documents
        first, added = _values(one, written.lost), {"uom_as_received"}
        assert {
            name: text
            for name, text in _values(second, written.lost).items()
            if name in first or name.rpartition(".")[2] not in added
        } == first
