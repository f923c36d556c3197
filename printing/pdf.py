"""Makes a PDF from a template and data. The same data give the same bytes, today and on the next machine.

Data reach the template as JSON and are never part of it, so nothing a partner writes can be a command. The fonts are
our own; what they do not hold (Chinese, Japanese, Korean, Arabic …) is taken from the machine's fonts, if it has them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typst

from printing.printer import PrintError

_HERE = Path(__file__).parent
TEMPLATES = _HERE / "templates"
FONTS = _HERE / "fonts"

_idle: list[typst.Compiler] = []
"""As many as there were renderings at the same time, at most."""


class PageNotMade(PrintError):
    """The template engine gave up on a page: the fault is ours, the message is the engine's."""

    code = "page-not-made"


@dataclass(frozen=True)
class Pdf:
    data: bytes
    pages: int


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[FONTS])


@contextmanager
def _compiler() -> Iterator[typst.Compiler]:
    """One nobody else uses now. It keeps parsed templates, which makes the second page several times faster."""
    try:
        compiler = _idle.pop()
    except IndexError:
        compiler = typst.Compiler(root=TEMPLATES, font_paths=_fonts())
    try:
        yield compiler
    finally:
        _idle.append(compiler)


def render(template: str, content: dict[str, Any]) -> Pdf:
    """The page for ``templates/<template>.typ`` and its data. Threads render beside each other.

    Raises:
        PageNotMade: the template cannot show these data.
    """
    inputs = {"content": json.dumps(content, ensure_ascii=True, allow_nan=False)}
    with _compiler() as compiler:
        try:
            source = TEMPLATES / f"{template}.typ"
            data = compiler.compile(source, format="pdf", sys_inputs=inputs, pdf_tags=False)
            pages = json.loads(compiler.query("<pages>", field="value", one=True))
        except typst.TypstError as problem:
            raise PageNotMade(f"{template}: {problem.diagnostic or problem}") from problem
    if not isinstance(data, bytes):
        raise PageNotMade(f"{template}: no PDF came out")
    return Pdf(data, pages)
