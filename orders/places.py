"""Which states of the United States a postal code may lie in: by its first three digits."""

from __future__ import annotations

_RANGES = (
    "005 NY;006-009 PR VI;010-027 MA;028-029 RI;030-038 NH;039-049 ME;050-059 VT;055 MA VT;060-069 CT;063 CT NY;"
    "070-089 NJ;090-098 AE;100-149 NY;150-196 PA;197-199 DE;200-205 DC VA MD;206-219 MD;220-246 VA;247-268 WV;"
    "270-289 NC;290-299 SC;300-319 GA;320-339 FL;340 AA;341-349 FL;350-369 AL;370-385 TN;386-397 MS;398-399 GA;"
    "400-427 KY;430-459 OH;460-479 IN;480-499 MI;500-528 IA;530-549 WI;550-567 MN;569 DC;570-577 SD;580-588 ND;"
    "590-599 MT;600-629 IL;630-658 MO;660-679 KS;680-693 NE;700-714 LA;716-729 AR;730-749 OK;733 TX;750-799 TX;"
    "800-816 CO;820-831 WY;832-838 ID;840-847 UT;850-865 AZ;870-884 NM;885 TX;889-898 NV;900-961 CA;962-966 AP;"
    "967-968 HI;969 GU PW FM MP MH;970-979 OR;980-994 WA;995-999 AK"
)


def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for entry in _RANGES.split(";"):
        span, *states = entry.split()
        first, _, last = span.partition("-")
        for prefix in range(int(first), int(last or first) + 1):
            table[f"{prefix:03}"] = tuple(states)
    return table


_STATES = _table()


def region_of_postcode(postcode: str) -> tuple[str, ...] | None:
    """States a ZIP code may lie in; None when it is none, or nobody knows."""
    return _STATES.get(postcode[:3]) if postcode[:5].isdecimal() and len(postcode) >= 5 else None
