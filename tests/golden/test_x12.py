"""What a set becomes, what we answer, and what we would write: every case is a folder with a ``wire.edi`` somebody
could have sent.

``pytest tests/golden/test_x12.py --bless`` writes all but the wire anew; review the diff. ``written.edi`` is the
document put back by the same base map; ``lost.json`` is there only where it could not say everything.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from translators.interchange import PartyId
from translators.maps.bases import base_map, base_map_names
from translators.outgoing import PROVISIONAL, Outgoing
from translators.translate import Translation, read, standard_agreement
from translators.writing import write

CASES = sorted(path.parent for path in Path(__file__).parent.glob("x12-*/*/wire.edi"))
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
OURS = Outgoing(PartyId("ZZ", "DOCKGATE"), PartyId("01", "114208870"), "004010", "00401")


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name[4:]}-{path.name}")
def test_a_set_becomes_what_was_reviewed(case: Path, bless: bool) -> None:
    translation = read((case / "wire.edi").read_bytes(), standard_agreement, AT, "folder")
    shown = translation.to_json("wire.edi", AT)
    written, lost = written_back(translation)
    expected = {
        "document.json": json.dumps(shown["documents"], indent=1, ensure_ascii=False) + "\n",
        "findings.json": json.dumps(shown["findings"], indent=1, ensure_ascii=False) + "\n",
        "ack.edi": "\n".join(shown["acknowledgments"]).replace("~", "~\n"),
        "written.edi": written,
        "lost.json": json.dumps(lost, indent=1) + "\n" if lost else "",
    }
    for name, text in expected.items():
        if bless and text:
            (case / name).write_text(text, "utf-8")
        elif bless:
            (case / name).unlink(missing_ok=True)
        assert (case / name).read_text("utf-8") == text if text else not (case / name).exists()


def written_back(translation: Translation) -> tuple[str, list[str]]:
    """Each document as its own base map writes it, one segment a line, and what found no place."""
    texts, lost = [], []
    for one in translation.documents:
        made = write(base_map(one.map), one.document, OURS, PROVISIONAL, AT)
        texts.append(made.data.decode("latin-1").replace("~", "~\n"))
        lost += [finding.message for finding in made.findings]
    return "".join(texts), lost


def test_every_set_we_have_a_map_for_has_a_good_case() -> None:
    sets = {case.parent.name for case in CASES if not case.name.endswith("-bad")}
    assert sets == {name for name in base_map_names() if name.startswith("x12-")}


def test_every_bad_case_stands_beside_its_good_twin() -> None:
    names = set(CASES)
    assert {case.with_name(case.name.removesuffix("-bad")) for case in names if case.name.endswith("-bad")} <= names
