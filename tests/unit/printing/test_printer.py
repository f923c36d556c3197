"""What may be asked of a printer at all."""

from __future__ import annotations

import hashlib

import pytest

from printing.printer import PDF, InvalidRequest, PrintError, PrinterUnavailable, PrintRequest

DATA = b"%PDF-1.7"


def ask(job_id: str = "PJ-1", media_type: str = PDF, data: bytes = DATA, copies: int = 1) -> PrintRequest:
    return PrintRequest(job_id, "Pick list", media_type, data, hashlib.sha256(data).hexdigest(), copies)


@pytest.mark.parametrize("job_id", ["PJ-1", "PJ-0190f0a2-7b1e-7c3a-9d55-0123456789ab", "PJ-" + "9" * 60])
def test_our_own_job_ids_are_taken(job_id: str) -> None:
    assert ask(job_id).job_id == job_id


@pytest.mark.parametrize("job_id", ["", "1", "PJ-", "PJ-a b", "PJ-é", "PJ-1\n", "PJ-../x", "PJ-" + "9" * 61, "PJ-１"])
def test_a_job_id_that_could_be_more_than_a_name_is_refused(job_id: str) -> None:
    with pytest.raises(InvalidRequest):
        ask(job_id)


def test_other_kinds_of_page_and_counts_are_refused() -> None:
    for wrong in ({"media_type": "text/html"}, {"data": b""}, {"copies": 0}, {"copies": 100}):
        with pytest.raises(InvalidRequest):
            ask(**wrong)


def test_every_error_says_whether_to_try_again() -> None:
    assert PrinterUnavailable.retry
    assert not PrintError.retry
    assert PrinterUnavailable.code == "printer-unavailable"
