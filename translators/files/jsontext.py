"""JSON (RFC 8259) to orders, read so that nothing is lost or guessed: numbers keep their text, a key stands once.

Python's own reader takes ``NaN``, makes 1e400 infinite, lets the last of two equal keys win, and falls over deep
nesting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from translators.files.options import FileOptions
from translators.files.text import whole_text
from translators.files.trees import OrderTree, Unsound, add_leaf, add_loop, opened, unsound
from translators.findings import Code, Finding, Where, shown
from translators.limits import MAX_JSON_BYTES, MAX_NESTING, MAX_NUMBER_TEXT, MAX_ORDER_NODES
from translators.source import Source
from translators.tree import Loop

_WORD = re.compile(
    r"""[ \t\r\n]*+(?:
        (?P<mark>[{}\[\]:,])
      | (?P<string>"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")
      | (?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)
      | (?P<name>true|false|null)
    )""",
    re.VERBOSE,
)
_HUGE_EXPONENT = re.compile(r".*[eE][+-]?[0-9]{3}")
_SURROGATE = re.compile("[\ud800-\udfff\x00]")

_Value = str | Loop | list["_Value"] | None
"""A scalar's text, an object not yet named, an array, or null."""


def orders(source: Source, options: FileOptions) -> Iterator[OrderTree | Finding]:
    """The orders of a JSON file: the objects at ``each``, else each object of an outermost array, else the whole."""
    text, findings = whole_text(source, options.codec, MAX_JSON_BYTES)
    yield from findings
    if findings:
        return
    try:
        value, places = _Reader(text).read()
    except Unsound as refusal:
        yield refusal.finding
        return
    name = options.each[-1] if options.each else "file"
    found = _at(value, options.each)
    yield from (OrderTree(_named(loop, name), places, name) for loop in found)
    if not found:
        wanted = "/".join(options.each)
        yield Finding(Code.NO_ORDER, f"there is no object {wanted or 'in it'}; see each in [file]", Where(offset=0))


def _at(value: _Value, path: tuple[str, ...]) -> list[Loop]:
    """The objects a path leads to, through arrays as if they were not there."""
    found: list[Loop] = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Loop)]
    for step in path:
        found = [inner for one in found for inner in one.loops.get(step, ())]
    return found


def _named(loop: Loop, name: str) -> Loop:
    """The outermost object bears the name of what it is; its trigger comes first."""
    if name not in loop.segments:
        loop.segments[name] = opened(name, 1).segments[name]
    return loop


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._kind = self._word = ""
        self._at = 0
        self._places: list[int] = []

    def read(self) -> tuple[_Value, list[int]]:
        """The outermost value, and the character at which each position stands."""
        self._next()
        value = self._value(1, "file")
        if self._text[self._at :].strip(" \t\r\n"):
            raise unsound(Code.FILE_MALFORMED, "something stands behind the end of the JSON", self._at)
        return value, self._places or [0]

    def _next(self) -> str:
        """On to the next word; its kind."""
        match = _WORD.match(self._text, self._at)
        if match is None or match.lastgroup is None:
            raise unsound(Code.FILE_MALFORMED, "this is no JSON; was the file cut off?", self._at)
        self._at = match.end()
        self._kind, self._word = match.lastgroup, match[match.lastgroup]
        return self._kind

    def _is(self, mark: str) -> bool:
        return self._kind == "mark" and self._word == mark

    def _place(self) -> int:
        self._places.append(self._at - len(self._word))
        if len(self._places) > MAX_ORDER_NODES:
            raise unsound(Code.FILE_TOO_LARGE, f"holds more than {MAX_ORDER_NODES} values", self._at)
        return len(self._places)

    def _value(self, depth: int, name: str) -> _Value:
        """The value that begins with this word; afterwards its last word is the present one."""
        if depth > MAX_NESTING:
            raise unsound(Code.NESTING_LIMIT, f"stands more than {MAX_NESTING} deep", self._at)
        kind, word = self._kind, self._word
        if kind == "string":
            return self._string()
        if kind == "number":
            if len(word) > MAX_NUMBER_TEXT or _HUGE_EXPONENT.match(word):
                raise unsound(Code.NUMBER_INVALID, f"{shown(word)} is no number of an order", self._at - len(word))
            return word
        if kind == "name":
            return None if word == "null" else word
        if word == "{":
            return self._object(depth, name)
        if word == "[":
            return self._array(depth, name)
        raise unsound(Code.FILE_MALFORMED, f"{word} stands where a value belongs", self._at - 1)

    def _string(self) -> str:
        word, at = self._word, self._at - len(self._word)
        text = word[1:-1] if "\\" not in word else str(json.loads(word))
        if _SURROGATE.search(text):
            raise unsound(Code.CHARACTER_INVALID, "a text holds NUL or half of a character", at)
        return text

    def _object(self, depth: int, name: str) -> Loop:
        loop = opened(name, self._place())
        keys: set[str] = set()
        self._next()
        if self._is("}"):
            return loop
        while True:
            if self._kind != "string":
                raise unsound(Code.FILE_MALFORMED, "a key in quotes belongs here", self._at)
            key = self._string()
            if key in keys:
                raise unsound(Code.KEY_REPEATED, f"{shown(key)} stands twice in one object; which counts?", self._at)
            keys.add(key)
            self._next()
            self._want(":")
            self._next()
            position = self._place()
            self._put(loop, key, self._value(depth + 1, key), position)
            self._next()
            if self._is("}"):
                return loop
            self._want(",")
            self._next()

    def _put(self, loop: Loop, key: str, value: _Value, position: int) -> None:
        if isinstance(value, str):
            add_leaf(loop, key, value.strip(), position)
        elif isinstance(value, Loop):
            add_loop(loop, key, value)
        elif isinstance(value, list):
            for one in value:
                self._put(loop, key, one, position)

    def _array(self, depth: int, name: str) -> list[_Value]:
        values: list[_Value] = []
        self._next()
        if self._is("]"):
            return values
        while True:
            values.append(self._value(depth + 1, name))
            if len(values) > MAX_ORDER_NODES:
                raise unsound(Code.FILE_TOO_LARGE, f"an array has more than {MAX_ORDER_NODES} values", self._at)
            self._next()
            if self._is("]"):
                return values
            self._want(",")
            self._next()

    def _want(self, mark: str) -> None:
        if not self._is(mark):
            raise unsound(Code.FILE_MALFORMED, f"{mark} belongs here", self._at)


def keys_of(source: Source) -> list[str]:
    """The keys of the outermost object, or of the first in an outermost array; empty when there is none."""
    text, findings = whole_text(source, "auto", MAX_JSON_BYTES)
    if findings:
        return []
    try:
        value, _ = _Reader(text).read()
    except Unsound:
        return []
    first = next(iter(_at(value, ())), None)
    if first is None:
        return []
    return [name for name, found in first.segments.items() if len(found[0].elements) > 1] + list(first.loops)
