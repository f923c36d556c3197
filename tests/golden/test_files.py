"""The trees customers' files give: every case is a folder with a ``wire`` file and the ``[file]`` table of its map.

``pytest tests/golden/test_files.py --bless`` writes trees and findings anew; review the diff.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.trees import plain
from translators.detect import detect
from translators.files.options import file_options
from translators.files.reading import OrderTree, read_file
from translators.findings import Finding

CASES = sorted(path.parent for path in (Path(__file__).parent / "files").glob("*/wire.*"))


def _told(finding: Finding) -> str:
    return f"{finding.code.value} ({finding.weight.value}) at {finding.where.offset}: {finding.message}"


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_file_becomes_the_trees_that_were_reviewed(case: Path, bless: bool) -> None:
    raw = next(case.glob("wire.*")).read_bytes()
    options = file_options(tomllib.loads((case / "file.toml").read_text("utf-8")))
    shown: list[object] = []
    for one in read_file(raw, detect(raw), options):
        if isinstance(one, OrderTree):
            findings = [_told(finding) for finding in one.findings]
            shown.append({"order": one.name, "tree": plain(one.root), "places": one.places, "findings": findings})
        else:
            shown.append(_told(one))
    text = json.dumps(shown, indent=1, ensure_ascii=False) + "\n"
    if bless:
        (case / "trees.json").write_text(text, "utf-8")
    assert (case / "trees.json").read_text("utf-8") == text


def test_every_bad_file_stands_beside_its_good_twin() -> None:
    names = {case.name for case in CASES}
    assert {name.removesuffix("-bad") for name in names if name.endswith("-bad")} <= names
