"""What an EDIFACT message becomes, the CONTRL we answer, and what we would write: a folder for each case, as for X12.

``pytest tests/golden/test_edifact.py --bless`` writes all but the wire anew; review the diff.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from translators.interchange import PartyId
from translators.maps.bases import base_map, base_map_names
from translators.outgoing import PROVISIONAL, Outgoing
from translators.translate import read, standard_agreement
from translators.writing import write

CASES = sorted(path.parent for path in Path(__file__).parent.glob("edifact-*/*/wire.edi"))
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
OURS = Outgoing(PartyId("14", "US"), PartyId("14", "THEM"), "D:96A:UN", "UNOC:3")
OF_THE_ROAD = {"provenance", "received_at", "channel", "channel_order_id", "partner"}


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name[8:]}-{path.name}")
def test_a_message_becomes_what_was_reviewed(case: Path, bless: bool) -> None:
    translation = read((case / "wire.edi").read_bytes(), standard_agreement, AT, "folder")
    shown = translation.to_json("wire.edi", AT)
    written = [write(base_map(one.map), one.document, OURS, PROVISIONAL, AT) for one in translation.documents]
    expected = {
        "document.json": json.dumps(shown["documents"], indent=1, ensure_ascii=False) + "\n",
        "findings.json": json.dumps(shown["findings"], indent=1, ensure_ascii=False) + "\n",
        "ack.edi": "\n".join(shown["acknowledgments"]).replace("'", "'\n"),
        "written.edi": "".join(one.data.decode("latin-1").replace("'", "'\n") for one in written),
    }
    for name, text in expected.items():
        if bless:
            (case / name).write_text(text, "utf-8")
        assert (case / name).read_text("utf-8") == text


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name[8:]}-{path.name}")
def test_what_is_written_is_read_as_the_same_document(case: Path) -> None:
    for one in read((case / "wire.edi").read_bytes(), standard_agreement, AT, "folder").documents:
        made = write(base_map(one.map), one.document, OURS, PROVISIONAL, AT)
        assert [finding.message for finding in made.findings] == []
        (again,) = read(made.data, standard_agreement, AT, "folder").documents
        drop = dict.fromkeys(OF_THE_ROAD, True)
        assert _plain(again.document.model_dump(exclude=drop)) == _plain(one.document.model_dump(exclude=drop))


def test_every_message_we_have_a_map_for_has_a_case() -> None:
    assert {case.parent.name for case in CASES} == {name for name in base_map_names() if name.startswith("edifact-")}


def _plain(value: object) -> object:
    """Without what no field names: constants of the map that writes stand there."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if key != "extensions"}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
