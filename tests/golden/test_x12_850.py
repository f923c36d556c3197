"""What an 850 becomes, and what we answer: every case is a folder with a ``wire.edi`` somebody could have sent.

``pytest tests/golden/test_x12_850.py --bless`` writes document, findings and acknowledgment anew; review the diff.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from translators.translate import read, standard_agreement

CASES = sorted(path.parent for path in (Path(__file__).parent / "x12-850").glob("*/wire.edi"))
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_an_order_becomes_what_was_reviewed(case: Path, bless: bool) -> None:
    shown = read((case / "wire.edi").read_bytes(), standard_agreement, AT, "folder").to_json("wire.edi", AT)
    expected = {
        "document.json": json.dumps(shown["documents"], indent=1, ensure_ascii=False) + "\n",
        "findings.json": json.dumps(shown["findings"], indent=1, ensure_ascii=False) + "\n",
        "ack.edi": "\n".join(shown["acknowledgments"]).replace("~", "~\n"),
    }
    for name, text in expected.items():
        if bless:
            (case / name).write_text(text, "utf-8")
        assert (case / name).read_text("utf-8") == text


def test_every_bad_case_stands_beside_its_good_twin() -> None:
    names = {case.name for case in CASES}
    assert {name.removesuffix("-bad") for name in names if name.endswith("-bad")} <= names
