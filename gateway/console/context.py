"""What every page and API route is given: the road, who acts, and the limits on what may be typed or asked for."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Form, Path, Query, Request
from pydantic import AfterValidator

from gateway.road import Road

ACTOR = "console"
"""Who acts, for the timeline: there are no logins yet."""
PAGE_SIZE = 50
MAX_NUMBER = 2**53

Row = TypeVar("Row")


def _road(request: Request) -> Road:
    return cast(Road, request.app.state.road)


def printable(text: str) -> str:
    """The text without spaces around it.

    Raises:
        ValueError: it holds control characters other than tabs and line ends.
    """
    if any(unicodedata.category(char) == "Cc" and char not in "\r\n\t" for char in text):
        raise ValueError("control characters are not allowed here")
    return text.strip()


TheRoad = Annotated[Road, Depends(_road)]
Filter = Annotated[str, Query(max_length=100), AfterValidator(printable)]
NoteText = Annotated[str, AfterValidator(printable)]
FormNote = Annotated[NoteText, Form(max_length=400)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]
ParkedId = Annotated[int, Path(ge=1, le=MAX_NUMBER)]
Key = Annotated[str, Path(max_length=100), AfterValidator(printable)]


@dataclass(frozen=True)
class Window:
    """The part of a list that one page shows. One row more than that is read, to know whether there is another page."""

    page: int

    @property
    def limit(self) -> int:
        return PAGE_SIZE + 1

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    def rows(self, found: Sequence[Row]) -> Sequence[Row]:
        return found[:PAGE_SIZE]

    def has_more(self, found: Sequence[Row]) -> bool:
        return len(found) > PAGE_SIZE
