"""The functions a map may name behind a ``|``. A closed set: a map is data, and data runs nothing of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from translators.findings import Code
from translators.numbers import (
    Unreadable,
    is_digits,
    read_count,
    read_date,
    read_decimal,
    read_formatted,
    read_implied,
    read_integer,
    read_time,
)
from translators.tree import LEVEL_B

Function = Callable[[Any], Any]


def _n2(text: str) -> Any:
    return read_implied(text, 2)


def _n4(text: str) -> Any:
    return read_implied(text, 4)


def _digits(text: str) -> str:
    if not is_digits(text):
        raise Unreadable(Code.CHARACTER_INVALID, "is not digits only")
    return text


def _count(text: str) -> int | None:
    """A number where there is one: some partners count changes, others name them."""
    return read_count(text)


def _not_zero(number: Decimal) -> Decimal | None:
    """Nothing, where a partner says 0 for nothing."""
    return number or None


def _scac(text: str) -> str | None:
    """A carrier's code of two to four letters; nothing where a partner writes a name there."""
    return text if 2 <= len(text) <= 4 and text.isalpha() else None


def _country(text: str) -> str:
    """Two letters of a country from three; other codes as they are."""
    return _COUNTRIES.get(text.upper(), text.upper()) if len(text) == 3 else text


def _strip_zeros(text: str) -> str:
    return text.lstrip("0") or "0"


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0]


def _yes(text: str) -> bool:
    if text not in ("Y", "N"):
        raise Unreadable(Code.CODE_UNKNOWN, "is neither Y nor N")
    return text == "Y"


def _lines(text: str) -> str:
    """The components of a free text (EDIFACT C108), one line each."""
    return "\n".join(part.rstrip() for part in text.split(LEVEL_B)).rstrip("\n")


def _dtm(text: str) -> date | None:
    """A date with its qualifier and format (EDIFACT C507: 2005, 2380, 2379); of a period its first day."""
    _, value, form = (*text.split(LEVEL_B), "", "")[:3]
    return read_formatted(value, form) if value.strip() else None


def _dtm_end(text: str) -> date:
    """The last day of a period (formats 718 and 719)."""
    _, value, form = (*text.split(LEVEL_B), "", "")[:3]
    if form not in ("718", "719"):
        raise Unreadable(Code.DATE_INVALID, "is not a period of two dates")
    first, _, last = value.partition("-")
    return read_formatted(last or first[len(first) // 2 :], "")


def _period_days(text: str) -> int | None:
    """How many days a time for payment is (EDIFACT C112: 2475, 2009, 2151, 2152)."""
    *_, unit, count = [*text.split(LEVEL_B), "", "", "", ""][:4]
    if not count.strip():
        return None
    if unit not in _DAYS:
        raise Unreadable(Code.CODE_NOT_IN_TABLE, "is no number of days, the field stays empty")
    return read_integer(count) * _DAYS[unit]


_DAYS = {"D": 1, "CD": 1, "": 1, "W": 7}
"""Kinds of period (2151) that are a number of days: a month is none."""


def _described(text: str) -> str | None:
    """The words of a description, in one component or two (EDIFACT C273: 7008 twice)."""
    first, more = [*text.split(LEVEL_B), "", "", "", "", ""][3:5]
    if first and more:
        return first + ("" if len(first) in FULL else " ") + more
    return first or more or None


def _brief(text: str) -> str:
    """As much of a text as a short description holds."""
    return text[:_BRIEF].rstrip()


def _lengthy(text: str) -> str | None:
    """A text that is too long for a short description."""
    return text if len(text) > _BRIEF else None


_BRIEF = 80
FULL = (35, 256)
"""How long the words of a component are that go on in the next; shorter ones end with a word."""

COMPONENTS = {"period-days": (3, 4), "described": (4, 5)}
"""What a function takes of a composite that it looks at as a whole; the others take all of it."""

_COUNTRY_CODES = """
AND AD ARE AE AFG AF ATG AG ALB AL ARM AM AGO AO ARG AR AUT AT AUS AU ABW AW AZE AZ BIH BA BRB BB BGD BD BEL BE BFA BF
BGR BG BHR BH BDI BI BEN BJ BMU BM BRN BN BOL BO BRA BR BHS BS BTN BT BWA BW BLR BY BLZ BZ CAN CA COD CD CAF CF COG CG
CHE CH CIV CI CHL CL CMR CM CHN CN COL CO CRI CR CUB CU CPV CV CYP CY CZE CZ DEU DE DJI DJ DNK DK DMA DM DOM DO DZA DZ
ECU EC EST EE EGY EG ERI ER ESP ES ETH ET FIN FI FJI FJ FRA FR GAB GA GBR GB GRD GD GEO GE GHA GH GMB GM GIN GN GNQ GQ
GRC GR GTM GT GUM GU GNB GW GUY GY HKG HK HND HN HRV HR HTI HT HUN HU IDN ID IRL IE ISR IL IND IN IRQ IQ IRN IR ISL IS
ITA IT JAM JM JOR JO JPN JP KEN KE KGZ KG KHM KH KOR KR PRK KP KWT KW CYM KY KAZ KZ LAO LA LBN LB LCA LC LIE LI LKA LK
LBR LR LSO LS LTU LT LUX LU LVA LV LBY LY MAR MA MCO MC MDA MD MNE ME MDG MG MKD MK MLI ML MMR MM MNG MN MAC MO MRT MR
MLT MT MUS MU MDV MV MWI MW MEX MX MYS MY MOZ MZ NAM NA NER NE NGA NG NIC NI NLD NL NOR NO NPL NP NZL NZ OMN OM PAN PA
PER PE PNG PG PHL PH PAK PK POL PL PRI PR PSE PS PRT PT PRY PY QAT QA ROU RO SRB RS RUS RU RWA RW SAU SA SYC SC SDN SD
SWE SE SGP SG SVN SI SVK SK SLE SL SMR SM SEN SN SOM SO SUR SR SLV SV SYR SY SWZ SZ TCD TD TGO TG THA TH TJK TJ TKM TM
TUN TN TUR TR TTO TT TWN TW TZA TZ UKR UA UGA UG USA US URY UY UZB UZ VCT VC VEN VE VIR VI VNM VN YEM YE ZAF ZA ZMB ZM
ZWE ZW
"""
"""ISO 3166: codes of three letters, each followed by the one of two."""
_COUNTRIES = dict(zip(_COUNTRY_CODES.split()[::2], _COUNTRY_CODES.split()[1::2], strict=True))

FUNCTIONS: dict[str, Function] = {
    "date": read_date,
    "time": read_time,
    "decimal": read_decimal,
    "integer": read_integer,
    "count": _count,
    "n2": _n2,
    "n4": _n4,
    "not-zero": _not_zero,
    "digits": _digits,
    "country": _country,
    "scac": _scac,
    "strip-zeros": _strip_zeros,
    "first-word": _first_word,
    "upper": str.upper,
    "lower": str.lower,
    "yes": _yes,
    "lines": _lines,
    "dtm": _dtm,
    "dtm-end": _dtm_end,
    "period-days": _period_days,
    "described": _described,
    "brief": _brief,
    "lengthy": _lengthy,
}
"""Each takes one value, trimmed and not empty, and gives the field's value or says why it cannot."""


def through(functions: tuple[Function, ...], value: Any) -> Any:
    """What a chain of functions makes of a value; None as soon as one of them finds nothing in it."""
    for function in functions:
        if value is None:
            return None
        value = function(value)
    return value


JOINS: dict[str, Callable[[list[str]], str | None]] = {
    "join": "\n".join,
    "join-several": lambda parts: "\n".join(parts) if len(parts) > 1 else None,
}
"""These take all the values of a path with ``[*]``; they come first in the chain."""
