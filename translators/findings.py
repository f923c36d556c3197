"""What is wrong with a partner's input: data, never an exception.

One vocabulary for every syntax. A code is bound to the level it speaks of and to how much it weighs, so that the
tables in ``x12/acknowledge.py`` can turn it into the code of a 997 or TA1 and nobody has to guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from translators.limits import MAX_VALUE_SHOWN


class Level(StrEnum):
    TRANSMISSION = "transmission"
    INTERCHANGE = "interchange"
    GROUP = "group"
    SET = "set"
    SEGMENT = "segment"
    ELEMENT = "element"
    ROW = "row"
    """A row, line or record of a customer's file, which no acknowledgment speaks of."""
    CELL = "cell"


class Severity(StrEnum):
    """``reject`` refuses the thing the finding is on; the others only tell."""

    NOTE = "note"
    WARNING = "warning"
    REJECT = "reject"


class Code(StrEnum):
    """Every finding there is. The value is stable; screens, tests and partners' clerks quote it."""

    level: Level
    severity: Severity

    def __new__(cls, value: str, level: Level, severity: Severity) -> Code:
        code = str.__new__(cls, value)
        code._value_ = value
        code.level = level
        code.severity = severity
        return code

    EMPTY_INPUT = "empty-input", Level.TRANSMISSION, Severity.REJECT
    SYNTAX_UNKNOWN = "syntax-unknown", Level.TRANSMISSION, Severity.REJECT
    SYNTAX_NOT_READ = "syntax-not-read", Level.TRANSMISSION, Severity.REJECT
    STRAY_BYTES = "stray-bytes", Level.TRANSMISSION, Severity.WARNING
    STRAY_BYTES_LIMIT = "stray-bytes-limit", Level.TRANSMISSION, Severity.REJECT
    FINDINGS_LIMIT = "findings-limit", Level.TRANSMISSION, Severity.WARNING
    NO_INTERCHANGE = "no-interchange", Level.TRANSMISSION, Severity.REJECT
    ENCODING_INVALID = "encoding-invalid", Level.TRANSMISSION, Severity.REJECT
    ENCODING_GUESSED = "encoding-guessed", Level.TRANSMISSION, Severity.NOTE
    FILE_MALFORMED = "file-malformed", Level.TRANSMISSION, Severity.REJECT
    FILE_TOO_LARGE = "file-too-large", Level.TRANSMISSION, Severity.REJECT
    NESTING_LIMIT = "nesting-limit", Level.TRANSMISSION, Severity.REJECT
    DOCTYPE_REFUSED = "doctype-refused", Level.TRANSMISSION, Severity.REJECT
    KEY_REPEATED = "key-repeated", Level.TRANSMISSION, Severity.REJECT
    FILE_SEEN = "file-seen", Level.TRANSMISSION, Severity.NOTE
    ARCHIVE_REFUSED = "archive-refused", Level.TRANSMISSION, Severity.REJECT
    PASSWORD_PROTECTED = "password-protected", Level.TRANSMISSION, Severity.REJECT
    ACTIVE_CONTENT = "active-content", Level.TRANSMISSION, Severity.WARNING
    SHEET_MISSING = "sheet-missing", Level.TRANSMISSION, Severity.REJECT
    SHEET_IGNORED = "sheet-ignored", Level.TRANSMISSION, Severity.NOTE
    HEADINGS_MISSING = "headings-missing", Level.TRANSMISSION, Severity.REJECT
    HEADING_REPEATED = "heading-repeated", Level.TRANSMISSION, Severity.REJECT
    NO_ORDER = "no-order", Level.TRANSMISSION, Severity.REJECT

    HEADER_MISSING = "interchange-header-missing", Level.INTERCHANGE, Severity.REJECT
    HEADER_MALFORMED = "interchange-header-malformed", Level.INTERCHANGE, Severity.REJECT
    HEADER_WIDTH = "interchange-header-width", Level.INTERCHANGE, Severity.WARNING
    DELIMITERS_INVALID = "delimiters-invalid", Level.INTERCHANGE, Severity.REJECT
    INTERCHANGE_CUT_OFF = "interchange-cut-off", Level.INTERCHANGE, Severity.REJECT
    INTERCHANGE_NUMBER_MISMATCH = "interchange-number-mismatch", Level.INTERCHANGE, Severity.REJECT
    INTERCHANGE_NUMBER_MALFORMED = "interchange-number-malformed", Level.INTERCHANGE, Severity.REJECT
    GROUP_COUNT_WRONG = "group-count-wrong", Level.INTERCHANGE, Severity.REJECT
    SENDER_MISSING = "sender-missing", Level.INTERCHANGE, Severity.REJECT
    RECEIVER_MISSING = "receiver-missing", Level.INTERCHANGE, Severity.REJECT
    VERSION_UNKNOWN = "interchange-version-unknown", Level.INTERCHANGE, Severity.WARNING
    TEST_FLAG_INVALID = "test-flag-invalid", Level.INTERCHANGE, Severity.WARNING
    INTERCHANGE_DATE_INVALID = "interchange-date-invalid", Level.INTERCHANGE, Severity.WARNING
    STRAY_SEGMENT = "stray-segment", Level.INTERCHANGE, Severity.WARNING
    SET_OUTSIDE_GROUP = "set-outside-group", Level.INTERCHANGE, Severity.REJECT
    INTERCHANGE_REPEATED = "interchange-repeated", Level.INTERCHANGE, Severity.REJECT
    UNKNOWN_SENDER = "unknown-sender", Level.INTERCHANGE, Severity.REJECT

    GROUP_END_MISSING = "group-end-missing", Level.GROUP, Severity.REJECT
    GROUP_NUMBER_MISMATCH = "group-number-mismatch", Level.GROUP, Severity.REJECT
    GROUP_NUMBER_MALFORMED = "group-number-malformed", Level.GROUP, Severity.REJECT
    SET_COUNT_WRONG = "set-count-wrong", Level.GROUP, Severity.REJECT
    GROUP_NUMBER_REPEATED = "group-number-repeated", Level.GROUP, Severity.WARNING
    GROUP_VERSION_UNKNOWN = "group-version-unknown", Level.GROUP, Severity.WARNING
    FUNCTIONAL_ID_MISSING = "functional-id-missing", Level.GROUP, Severity.REJECT

    SET_END_MISSING = "set-end-missing", Level.SET, Severity.REJECT
    SET_NUMBER_MISMATCH = "set-number-mismatch", Level.SET, Severity.REJECT
    SET_NUMBER_MALFORMED = "set-number-malformed", Level.SET, Severity.REJECT
    SET_NUMBER_REPEATED = "set-number-repeated", Level.SET, Severity.REJECT
    SEGMENT_COUNT_WRONG = "segment-count-wrong", Level.SET, Severity.REJECT
    SET_ID_MISSING = "set-id-missing", Level.SET, Severity.REJECT
    SET_NOT_OF_GROUP = "set-not-of-group", Level.SET, Severity.REJECT
    CHARACTER_SET_WRONG = "character-set-wrong", Level.SET, Severity.WARNING
    SET_TOO_LARGE = "set-too-large", Level.SET, Severity.REJECT
    NO_AGREEMENT = "no-agreement", Level.SET, Severity.REJECT
    NO_MAP = "no-map", Level.SET, Severity.REJECT
    ACKNOWLEDGMENT_MALFORMED = "acknowledgment-malformed", Level.SET, Severity.WARNING
    HEADER_MESSAGE = "header-message", Level.SET, Severity.NOTE
    STORES_UNEVEN = "stores-uneven", Level.SET, Severity.WARNING
    ACKNOWLEDGMENT_RECEIVED = "acknowledgment-received", Level.SET, Severity.NOTE

    SEGMENT_UNKNOWN = "segment-unknown", Level.SEGMENT, Severity.WARNING
    SEGMENT_UNEXPECTED = "segment-unexpected", Level.SEGMENT, Severity.WARNING
    SEGMENT_MISSING = "segment-missing", Level.SEGMENT, Severity.REJECT
    SEGMENT_NOT_IN_SET = "segment-not-in-set", Level.SEGMENT, Severity.WARNING
    SEGMENT_OUT_OF_PLACE = "segment-out-of-place", Level.SEGMENT, Severity.WARNING
    SEGMENT_REPEATS = "segment-repeats", Level.SEGMENT, Severity.WARNING
    LOOP_REPEATS = "loop-repeats", Level.SEGMENT, Severity.REJECT
    SEGMENT_NOT_USED = "segment-not-used", Level.SEGMENT, Severity.WARNING
    SEGMENT_TOO_SELDOM = "segment-too-seldom", Level.SEGMENT, Severity.REJECT
    LOOP_TOO_SELDOM = "loop-too-seldom", Level.SEGMENT, Severity.REJECT
    HIERARCHY_TOO_DEEP = "hierarchy-too-deep", Level.SEGMENT, Severity.REJECT
    SEGMENT_TOO_LONG = "segment-too-long", Level.SEGMENT, Severity.REJECT
    BINARY_LENGTH_WRONG = "binary-length-wrong", Level.SEGMENT, Severity.REJECT
    ROW_SKIPPED = "row-skipped", Level.ROW, Severity.NOTE
    ROW_RAGGED = "row-ragged", Level.ROW, Severity.REJECT
    ROW_OUT_OF_GROUP = "row-out-of-group", Level.ROW, Severity.REJECT
    ROWS_CONTRADICT = "rows-contradict", Level.ROW, Severity.WARNING
    RECORD_UNKNOWN = "record-unknown", Level.ROW, Severity.WARNING

    ELEMENT_MISSING = "element-missing", Level.ELEMENT, Severity.REJECT
    ELEMENTS_TOO_MANY = "elements-too-many", Level.ELEMENT, Severity.WARNING
    ELEMENTS_LIMIT = "elements-limit", Level.ELEMENT, Severity.REJECT
    ELEMENT_TOO_SHORT = "element-too-short", Level.ELEMENT, Severity.WARNING
    ELEMENT_TOO_LONG = "element-too-long", Level.ELEMENT, Severity.WARNING
    ELEMENT_LIMIT = "element-limit", Level.ELEMENT, Severity.REJECT
    CHARACTER_INVALID = "character-invalid", Level.ELEMENT, Severity.REJECT
    ELEMENT_NOT_USED = "element-not-used", Level.ELEMENT, Severity.WARNING
    ELEMENT_REPEATS = "element-repeats", Level.ELEMENT, Severity.WARNING
    CONDITION_UNMET = "condition-unmet", Level.ELEMENT, Severity.WARNING
    EXCLUSION_BROKEN = "exclusion-broken", Level.ELEMENT, Severity.WARNING
    SEPARATOR_IN_DATA = "separator-in-data", Level.ELEMENT, Severity.WARNING
    NUMBER_INVALID = "number-invalid", Level.ELEMENT, Severity.REJECT
    NUMBER_AMBIGUOUS = "number-ambiguous", Level.CELL, Severity.REJECT
    NUMBER_SCIENTIFIC = "number-scientific", Level.CELL, Severity.REJECT
    FORMULA_WITHOUT_VALUE = "formula-without-value", Level.CELL, Severity.REJECT
    DATE_INVALID = "date-invalid", Level.ELEMENT, Severity.REJECT
    DATE_AMBIGUOUS = "date-ambiguous", Level.CELL, Severity.REJECT
    TIME_INVALID = "time-invalid", Level.ELEMENT, Severity.REJECT
    HIERARCHY_WRONG = "hierarchy-wrong", Level.ELEMENT, Severity.REJECT
    CODE_UNKNOWN = "code-unknown", Level.ELEMENT, Severity.REJECT
    CODE_NOT_IN_GUIDE = "code-not-in-guide", Level.ELEMENT, Severity.REJECT
    CODE_NOT_IN_TABLE = "code-not-in-table", Level.ELEMENT, Severity.WARNING
    VALUE_REFUSED = "value-refused", Level.ELEMENT, Severity.REJECT
    VALUE_LOST = "value-lost", Level.ELEMENT, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the input: segment tag, its position in the set (the header is 1), element and component from 1,
    and the offset of the segment's first byte in the transmission."""

    segment: str | None = None
    position: int | None = None
    element: int | None = None
    component: int | None = None
    offset: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "segment": self.segment,
            "position": self.position,
            "element": self.element,
            "component": self.component,
            "offset": self.offset,
        }


NOWHERE = Where()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where, and what to do about it. ``value`` is the bad value, shortened, or empty."""

    code: Code
    message: str
    where: Where = NOWHERE
    value: str = ""
    severity: Severity | None = None

    @property
    def weight(self) -> Severity:
        """The severity: the code's own unless a map or agreement said otherwise."""
        return self.severity or self.code.severity

    @property
    def rejects(self) -> bool:
        return self.weight is Severity.REJECT

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code.value,
            "severity": self.weight.value,
            "level": self.code.level.value,
            "where": self.where.to_json(),
            "message": self.message,
        }


def has_reject(findings: Iterable[Finding]) -> bool:
    return any(finding.rejects for finding in findings)


def shown(value: str) -> str:
    """A bad value as it may stand in a message: printable and short."""
    text = "".join(letter if letter.isprintable() else "?" for letter in value[: MAX_VALUE_SHOWN + 1])
    return text if len(text) <= MAX_VALUE_SHOWN else text[: MAX_VALUE_SHOWN - 3] + "..."


class TranslationError(Exception):
    """We could not translate, and it is not the partner's fault: a map or schema of ours is wrong or missing."""

    code = "translation-error"
    retry = False


class MapError(TranslationError):
    """A map text cannot be used; the message names the line, the key and the nearest name we know."""

    code = "map-invalid"


class GuideInvalid(TranslationError):
    """A partner's guide cannot be used; the message names the place, what is wrong and the nearest place there is."""

    code = "guide-invalid"


class SchemaMissing(TranslationError):
    """A map reads a set whose structure we do not ship; add it under ``translators/x12/schemas``."""

    code = "schema-missing"
