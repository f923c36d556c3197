from __future__ import annotations

import pytest

from translators.findings import (
    Code,
    Finding,
    Level,
    MapError,
    SchemaMissing,
    Severity,
    TranslationError,
    Where,
    has_reject,
    shown,
)
from translators.x12.acknowledge import ELEMENT_CODES, GROUP_CODES, INTERCHANGE_CODES, SEGMENT_CODES, SET_CODES
from translators.x12.schemas import schema

TABLES = {
    Level.ELEMENT: ELEMENT_CODES,
    Level.SEGMENT: SEGMENT_CODES,
    Level.SET: SET_CODES,
    Level.GROUP: GROUP_CODES,
    Level.INTERCHANGE: INTERCHANGE_CODES,
}


def test_a_finding_in_json_has_the_keys_of_the_contract() -> None:
    finding = Finding(Code.DATE_INVALID, "BEG05 is not a day", Where("BEG", 2, 5, None, 312), "20240230")
    assert finding.to_json() == {
        "code": "date-invalid",
        "severity": "reject",
        "level": "element",
        "where": {"segment": "BEG", "position": 2, "element": 5, "component": None, "offset": 312},
        "message": "BEG05 is not a day",
    }


def test_codes_are_kebab_case_and_unlike() -> None:
    assert all(code.value == code.value.lower() and " " not in code.value and "_" not in code.value for code in Code)
    assert len({code.value for code in Code}) == len(list(Code))


@pytest.mark.parametrize("level", list(TABLES))
def test_every_code_in_an_acknowledgment_table_speaks_of_its_level(level: Level) -> None:
    assert {code.level for code in TABLES[level]} == {level}


def test_every_code_below_the_interchange_that_rejects_can_be_told_in_an_acknowledgment() -> None:
    told = {code for table in TABLES.values() for code in table}
    silent = {Code.HEADER_MISSING}
    untold = {code for code in Code if code.severity is Severity.REJECT and code.level in TABLES} - told - silent
    assert untold == set()


def test_a_finding_can_weigh_more_than_its_code() -> None:
    heavy = Finding(Code.STRAY_BYTES, "an interchange nobody can read", severity=Severity.REJECT)
    assert has_reject([heavy])
    assert not has_reject([Finding(Code.STRAY_BYTES, "a blank line")])


def test_a_bad_value_is_shown_short_and_printable() -> None:
    assert shown("a\x1b[31mb\n") == "a?[31mb?"
    assert len(shown("x" * 5000)) == 99


@pytest.mark.parametrize("error", [TranslationError, MapError, SchemaMissing])
def test_every_error_has_a_code_and_says_whether_to_retry(error: type[TranslationError]) -> None:
    assert error.code
    assert error.retry is False
    assert error.__doc__


def test_a_set_without_structure_is_told_by_name() -> None:
    with pytest.raises(SchemaMissing, match="X12 set '998'"):
        schema("998")
