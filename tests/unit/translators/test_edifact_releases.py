"""Messages of the newer directories, using what the older ones lack or order otherwise."""

from __future__ import annotations

import pytest

from translators.translate import inspect

RELEASES = ("18A", "18B", "19A", "19B", "20A", "20B", "21A", "21B", "22A", "22B", "23A")
LINE = "LIN+1++4000862141404:SRV'QTY+21:12'"
DIVIDED = "LOC+7+STORE-1'PCD+1:50'DTM+2:20260401:102'QTY+11:5'STS+1+2'QTY+11:1'LOC+7+STORE-2'QTY+11:6'"
EFI = "EFI+PHOTO.JPG'CED+1+X'RFF+AAN:1'DTM+137:20260302:102'"
MESSAGES = {
    "ORDERS": f"BGM+220+P+9'DTM+137:20260302:102'NAD+BY+1::9'PYT+1'MOA+9:5'{EFI}{LINE}PYT+1'PRI+AAA:1'RFF+ON:1'MOA+9:1'"
    f"{DIVIDED}{EFI}UNS+S'",
    "ORDRSP": f"BGM+231+P+9'DTM+137:20260302:102'RFF+ON:1'NAD+BY+1::9'PYT+1'MOA+9:5'{EFI}{LINE}{DIVIDED}{EFI}UNS+S'",
    "ORDCHG": f"BGM+230+P+4'DTM+137:20260302:102'RFF+ON:1'NAD+BY+1::9'PYT+1'MOA+9:5'GIR+1+A'{EFI}{LINE}{EFI}UNS+S'",
    "DESADV": f"BGM+351+P+9'MOA+9:1'CUX+2:EUR:9'NAD+BY+1::9'{EFI}CPS+1'QVR+1'PAC+1'{EFI}{LINE}PAC+1'RFF+ON:1'{EFI}",
    "INVOIC": f"BGM+380+P+9'DTM+137:20260302:102'GEI+6+X'RFF+ON:1'RTE+1:2'NAD+BY+1::9'MOA+9:1'PYT+1'{EFI}"
    "LIN+1++4000862141404:SRV'PGI+1'QTY+47:12'MOA+203:1'PYT+1'GEI+6+X'RFF+ON:1'IMD+F'UNS+S'MOA+77:1'",
    "DELFOR": "BGM+241+P+9'DTM+137:20260302:102'FTX+AAI+++NEW GATE'RFF+ON:1'NAD+BY+1::9'TDT+20'GEI+6+X'NAD+ST+1'"
    "LIN+1++10:IN'LOC+7+DOCK'RFF+ON:1'CTA+OC'SCC+1'QTY+113:5'DTM+2:20260401:102'PRI+AAA:1'CUX+2:EUR:9'",
    "APERAK": "BGM+313+P+9'DTM+137:20260302:102'DOC+380+1'RFF+ACW:1'NAD+BY+1::9'ERC+1'FTX+AAO+++A'RFF+ON:1'FTX+AAO'",
}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_of_a_newer_directory_is_in_order(kind: str, release: str) -> None:
    body = MESSAGES[kind]
    message = f"UNH+1+{kind}:D:{release}:UN'{body}UNT+{body.count(chr(39)) + 2}+1'"
    raw = f"UNB+UNOC:3+A:14+B:14+260302:1200+1'{message}UNZ+1+1'".encode()
    assert [one.message for one in inspect(raw).all_findings()] == []


def test_the_older_order_of_a_divided_line_stands_beside_the_newer() -> None:
    divided = "LOC+7+A'QTY+11:5'DTM+2:20260401:102'LOC+7+B'QTY+11:7'"
    body = f"BGM+220+P+9'DTM+137:20260302:102'NAD+BY+1::9'{LINE}{divided}UNS+S'"
    message = f"UNH+1+ORDERS:D:96A:UN'{body}UNT+{body.count(chr(39)) + 2}+1'"
    raw = f"UNB+UNOC:3+A:14+B:14+260302:1200+1'{message}UNZ+1+1'".encode()
    assert [one.message for one in inspect(raw).all_findings()] == []
