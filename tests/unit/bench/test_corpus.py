"""What the corpus run counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from bench import corpus


def test_findings_of_every_level_are_counted() -> None:
    report = {
        "findings": [{"code": "a"}],
        "interchanges": [
            {"findings": [{"code": "b"}], "groups": [{"transaction_sets": [{"findings": [{"code": "c"}]}]}]}
        ],
    }
    assert [one["code"] for one in corpus.findings(report)] == ["a", "b", "c"]


def test_file_that_crashes_the_reader_is_named_and_ends_with_code_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "good.edi").write_bytes(b"no EDI at all")
    monkeypatch.setattr(corpus, "screen", Console(width=200))
    corpus.main(tmp_path)
    assert "crashed: 0 of 1 files" in capsys.readouterr().out

    def crash(path: Path) -> None:
        raise ValueError("boom")

    monkeypatch.setattr(corpus, "inspect_file", crash)
    with pytest.raises(SystemExit) as left:
        corpus.main(tmp_path)
    assert left.value.code == 1
    assert "ValueError('boom')" in capsys.readouterr().out
