"""Characters by the syntax identifier of the UNB (0001), and what to do when the bytes are none of them.

ISO 9735 names a repertoire for each identifier: UNOA and UNOB are parts of ASCII, UNOC to UNOK parts of ISO 8859, UNOW
and UNOY are ISO 10646 as UTF-8. Senders often name one and send another, most of all UTF-8 or Windows-1252 as UNOC;
the bytes are then read as what they are.
"""

from __future__ import annotations

CODECS = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOL": "iso8859-15",
    "UNOW": "utf-8",
    "UNOX": "iso2022_jp_2",
    "UNOY": "utf-8",
}
_C1 = bytes(range(0x80, 0xA0))


def codec_of(syntax_id: str) -> str:
    """The codec of an identifier; that of UNOC for one we do not know (IATA's and private ones)."""
    return CODECS.get(syntax_id.strip().upper(), "iso8859-1")


def decode(raw: bytes, codec: str) -> tuple[str, bool]:
    """The text, and whether it was what the codec says. Nothing is lost and nothing raises."""
    if raw.isascii() and codec != "iso2022_jp_2":
        return raw.decode("ascii"), True
    try:
        return raw.decode("utf-8"), codec == "utf-8"
    except UnicodeDecodeError:
        pass
    if codec == "iso8859-1" and raw.translate(None, _C1) != raw:
        try:
            return raw.decode("cp1252"), False
        except UnicodeDecodeError:
            return raw.decode("latin-1"), False
    try:
        return raw.decode(codec), True
    except UnicodeDecodeError:
        return raw.decode("latin-1"), False
