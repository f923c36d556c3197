"""Generated purchase orders of the demo partner: X12 850s of twenty lines that nobody needs to stop."""

from __future__ import annotations

from collections.abc import Iterator

LINES = 20
PARTS = (("VP*WG-1001", "9.25"), ("VP*WG-1002", "13.79"), ("BP*NW-77", "4.35"))
HEADER = (
    "BEG*00*SA*{po}**20260302~CUR*BY*USD~REF*DP*038~PER*BD*Ada Byers*TE*419-555-0100~FOB*CC~ITD*01*3*2**10**30~"
    "DTM*010*20260309~DTM*001*20991231~TD5*O*2*RDWY*M*ROADWAY GROUND~"
    "N1*BY*Northwind Outfitters*92*HQ~N1*ST*Northwind Store 42*92*0042~N3*4200 Harbor Road~N4*Toledo*OH*43604*US~"
)


def files(orders: int, in_each: int, *, first: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of files with ``in_each`` orders; control and PO numbers count up from ``first``."""
    for begin in range(first, first + orders, in_each):
        yield f"bench-{begin}.edi", _interchange(range(begin, min(begin + in_each, first + orders)))


def _interchange(numbers: range) -> bytes:
    control = f"{numbers.start:09d}"
    sets = "".join(_order(number) for number in numbers)
    return (
        f"ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*DOCKGATE       *260302*0815*U*00401*{control}*0*P*>~"
        f"GS*PO*NORTHWIND*DOCKGATE*20260302*0815*{numbers.start}*X*004010~{sets}"
        f"GE*{len(numbers)}*{numbers.start}~IEA*1*{control}~"
    ).encode("ascii")


def _order(number: int) -> str:
    body = HEADER.format(po=f"BENCH-{number}")
    for line in range(1, LINES + 1):
        part, price = PARTS[line % len(PARTS)]
        body += f"PO1*{line}*10*EA*{price}**{part}~PID*F****Widget, box of ten, line {line}~"
    body += f"CTT*{LINES}~"
    return f"ST*850*{number:09d}~{body}SE*{body.count('~') + 2}*{number:09d}~"
