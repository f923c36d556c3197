"""The envelope an agreement asks for."""

from __future__ import annotations

import pytest

from gateway.outbound import outgoing
from partners.partner import Agreement, Direction, Identifier, TradingPartner
from translators.interchange import Delimiters


def sent(standard: str, delimiters: str | None) -> Agreement:
    out = Direction.OUT
    return Agreement.model_validate(
        {"document": "ORDRSP", "map": "any", "direction": out, "standard": standard, "delimiters": delimiters}
    )


@pytest.mark.parametrize(
    ("standard", "delimiters", "una", "element"),
    [
        ("edifact", "|*,! ^", b"|*,! ^", b"*"),
        ("edifact", None, b"", b"*"),
        ("edifact", "*>~", b"", b"*"),
        ("x12", "|>~", b"", b"|"),
    ],
)
def test_marks_are_those_that_were_agreed(standard: str, delimiters: str | None, una: bytes, element: bytes) -> None:
    agreement = sent(standard, delimiters)
    them = TradingPartner(
        partner="acme", name="Acme", identifiers=(Identifier(qualifier="14", value="1"),), agreements=(agreement,)
    )
    made = outgoing(them, agreement)
    assert made.una == una
    assert made.delimiters.element == (element if standard == "x12" else Delimiters().element)
