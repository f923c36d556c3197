"""X12 files for these tests, made from a few words. Every test says only what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest

from translators.translate import Translation, read, standard_agreement

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)

ORDER = """BEG*00*SA*PO-1001**20260302
N1*ST*HILLTOP STORE 7*92*0007
N3*7 MILL LANE
N4*RIVERTON*OH*44101*US
PO1*1*12*EA*9.25*PE*VN*AB-100*UP*012345678905
CTT*1"""


def isa(number: str = "000000001", test: str = "P", ack: str = "0", version: str = "00401") -> str:
    ids = "*00*          *00*          *01*007940297      *ZZ*DOCKGATE       "
    return f"ISA{ids}*260302*1200*U*{version}*{number}*{ack}*{test}*>"


def order_set(body: str = ORDER, number: str = "0001", set_id: str = "850") -> list[str]:
    lines = [line for line in body.splitlines() if line]
    return [f"ST*{set_id}*{number}", *lines, f"SE*{len(lines) + 2}*{number}"]


def interchange(
    sets: Iterable[list[str]] | str = ORDER,
    *,
    end: str = "~",
    number: str = "000000001",
    trailer: tuple[str, ...] | None = None,
    functional_id: str = "PO",
    **header: str,
) -> bytes:
    """One interchange of one group. ``trailer`` replaces GE and IEA."""
    chosen = [order_set(sets)] if isinstance(sets, str) else list(sets)
    segments = [isa(number, **header), f"GS*{functional_id}*ACMEGS*DOCKGS*20260302*1200*77*X*004010"]
    for one in chosen:
        segments += one
    segments += trailer if trailer is not None else (f"GE*{len(chosen)}*77", f"IEA*1*{number}")
    return "".join(segment + end for segment in segments).encode("latin-1")


@pytest.fixture
def wire() -> Callable[..., bytes]:
    return interchange


@pytest.fixture
def one_set() -> Callable[..., list[str]]:
    return order_set


@pytest.fixture
def order() -> str:
    """The body of a small good order."""
    return ORDER


@pytest.fixture
def translated() -> Callable[[bytes], Translation]:
    return lambda raw: read(raw, standard_agreement, AT, "folder-acme")


@pytest.fixture
def codes() -> Callable[[object], list[str]]:
    return lambda findings: [finding.code.value for finding in findings]  # type: ignore[attr-defined]
