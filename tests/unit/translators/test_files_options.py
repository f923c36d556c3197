from __future__ import annotations

import tomllib
from typing import Any

import pytest

from translators.files.options import ENCODINGS, Field, FileOptions, file_options
from translators.findings import MapError

WHOLE = """
format = "csv"
encoding = "cp1252"
separator = ";"
quote = ""
decimal = ","
dates = ["dmy", "DD.MM.YY"]
header_row = 3
sheet = "Order"
group_by = "PO Number"
sorted = true
header = ["Ship to"]
each = "Orders/Order"
rename.part = ["Art. Nr.", "Artikel"]
skip.part = ""
[[records]]
name = "header"
tag = "H"
fields.po = [2, 10]
[[records]]
name = "line"
tag = "L"
at = 4
"""


def test_a_whole_table_is_read() -> None:
    options = file_options(tomllib.loads(WHOLE))
    assert (options.format, options.encoding, options.separator, options.quote) == ("csv", "cp1252", ";", "")
    assert (options.decimal, options.dates, options.header_row) == (",", ("dmy", "DD.MM.YY"), 3)
    assert (options.group_by, options.header, options.each) == (("PO Number",), ("Ship to",), ("Orders", "Order"))
    assert (options.rename, options.skip) == ({"part": ("Art. Nr.", "Artikel")}, {"part": ("",)})
    header, line = options.records
    assert (header.fields, header.inside) == ((Field("po", 2, 10),), "")
    assert (line.at, line.inside) == (4, "header")


def test_an_empty_table_gives_the_defaults() -> None:
    assert file_options({}) == FileOptions()


def test_every_encoding_is_one_python_can_read() -> None:
    for name in ENCODINGS:
        if name != "auto":
            assert b"".decode(FileOptions(encoding=name).codec) == ""


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"seperator": ";"}, "did you mean 'separator'?"),
        ({"encoding": "utf8"}, "did you mean 'utf-8'?"),
        ({"encoding": "rot13"}, "'rot13' is not known"),
        ({"format": "excel"}, "is not known"),
        ({"separator": ";;"}, "one character"),
        ({"separator": "x"}, "no letter or digit"),
        ({"quote": "''"}, "one character"),
        ({"decimal": "'"}, "is not known"),
        ({"dates": "dmyy"}, "'dmyy' is neither"),
        ({"dates": "DD.MM"}, "'DD.MM' is neither"),
        ({"header_row": 0}, "a number from 1"),
        ({"header_row": True}, "a number from 1"),
        ({"group_by": 7}, "a list of texts"),
        ({"rename": ["part"]}, "a table of names"),
        ({"rename": {"part": 7}}, "rename.part"),
        ({"rename": {"a": "b"}, "header_row": "none"}, "rename needs headings"),
        ({"sorted": "yes"}, "true or false"),
        ({"sheet": 1}, "a text in quotes"),
        ({"each": ""}, "the way from the root"),
        ({"each": "a//b"}, "the way from the root"),
        ({"format": "fixed"}, "needs [[file.records]]"),
        ({"records": {}}, "one [[file.records]]"),
        ({"records": [{"tag": "H"}]}, "records[1] name"),
        ({"records": [{"name": "h", "tog": "H"}]}, "did you mean 'tag'?"),
        ({"records": [{"name": "h"}, {"name": "l", "inside": "x"}]}, "no record 'x'"),
        ({"records": [{"name": "h", "fields": {"po": [1]}}]}, "fields.po: write [start, length]"),
        ({"records": [{"name": "h", "fields": {"po": [0, 1]}}]}, "a number from 1"),
        ({"records": [{"name": "h", "fields": []}]}, "a table of names with [start, length]"),
    ],
)
def test_what_cannot_be_used_is_named_with_the_nearest_that_can(table: dict[str, Any], message: str) -> None:
    with pytest.raises(MapError) as refusal:
        file_options(table)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith("[file]")
