"""The life of a sales order as one table: what can be done to it, from which states, and where that leads.

The order axis says how far the decision has got, the fulfilment axis how far the goods are; a move may be bound to
both. What the table does not name is not allowed. ``docs/architecture.md`` is drawn from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from orders.values import FulfilmentState as F
from orders.values import OrderState as S


class Verb(StrEnum):
    """What can be done to an order on its order axis."""

    VALIDATE = "validate"
    SET_ASIDE = "set aside as incomplete"
    HOLD_FOR_CREDIT = "hold for credit"
    HOLD_FOR_REVIEW = "hold for review"
    APPROVE = "approve"
    REJECT = "reject"
    RELEASE = "release"
    RELEASE_REST = "release what is left"
    TAKE_BACK = "take back from the dock"
    AMEND = "amend"
    ASK_TO_AMEND = "ask the dock for a change"
    CONFIRM_CHANGE = "confirm the change"
    REFUSE_CHANGE = "refuse the change"
    CANCEL = "cancel"
    ASK_TO_CANCEL = "ask the dock to cancel"
    CONFIRM_CANCEL = "confirm the cancellation"
    CANCEL_THE_REST = "cancel what is not shipped"
    REFUSE_CANCEL = "refuse the cancellation"
    PICK = "pick"
    SHIP = "ship"
    INVOICE = "invoice"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Move:
    """A verb leads from any of ``starts`` to ``to`` while the goods are in one of ``goods``."""

    verb: Verb
    starts: frozenset[S]
    to: S | None
    """None: the order axis stays where it is."""
    goods: frozenset[F] = frozenset(F)


UNDECIDED = frozenset({S.VALIDATED, S.IN_CREDIT, S.IN_REVIEW})
"""Credit and review have not let the order go yet."""
ENDED = frozenset({S.CANCELLED, S.REJECTED, S.INVOICED, S.CLOSED})
"""Nothing more is to come of it, unless somebody reopens it."""
NOT_PICKED = frozenset({F.OPEN, F.RELEASED, F.PRINTED})
"""Nobody on the dock has touched the goods: the desk decides alone."""
IN_HANDS = frozenset({F.PICKING, F.PACKED, F.PARTLY_SHIPPED})
"""The dock has goods in hand: it is asked before anything changes."""
NOT_GONE = frozenset(F) - {F.SHIPPED}
_BEFORE_APPROVAL = frozenset({S.RECEIVED, S.INCOMPLETE}) | UNDECIDED
_AT_THE_DOCK = frozenset({S.RELEASED})

MOVES: tuple[Move, ...] = (
    Move(Verb.VALIDATE, frozenset({S.RECEIVED, S.DRAFT, S.INCOMPLETE}), S.VALIDATED),
    Move(Verb.SET_ASIDE, frozenset({S.RECEIVED, S.DRAFT, S.INCOMPLETE}) | UNDECIDED, S.INCOMPLETE),
    Move(Verb.HOLD_FOR_CREDIT, UNDECIDED, S.IN_CREDIT),
    Move(Verb.HOLD_FOR_REVIEW, UNDECIDED, S.IN_REVIEW),
    Move(Verb.APPROVE, UNDECIDED, S.APPROVED),
    Move(Verb.REJECT, _BEFORE_APPROVAL, S.REJECTED, NOT_PICKED),
    Move(Verb.RELEASE, frozenset({S.APPROVED}), S.RELEASED),
    Move(Verb.RELEASE_REST, _AT_THE_DOCK, None, frozenset({F.PARTLY_SHIPPED})),
    Move(Verb.TAKE_BACK, _AT_THE_DOCK, S.APPROVED, NOT_PICKED),
    Move(Verb.AMEND, frozenset({S.DRAFT}), S.DRAFT),
    Move(Verb.AMEND, _BEFORE_APPROVAL | {S.APPROVED}, S.VALIDATED, NOT_GONE),
    Move(Verb.AMEND, _AT_THE_DOCK, S.VALIDATED, NOT_PICKED),
    Move(Verb.ASK_TO_AMEND, frozenset({S.RELEASED, S.CHANGE_PENDING}), S.CHANGE_PENDING, IN_HANDS),
    Move(Verb.CONFIRM_CHANGE, frozenset({S.CHANGE_PENDING}), S.VALIDATED),
    Move(Verb.REFUSE_CHANGE, frozenset({S.CHANGE_PENDING}), S.RELEASED),
    Move(Verb.CANCEL, _BEFORE_APPROVAL | {S.DRAFT, S.APPROVED, S.RELEASED}, S.CANCELLED, NOT_PICKED),
    Move(Verb.ASK_TO_CANCEL, frozenset({S.RELEASED, S.CHANGE_PENDING}), S.CANCEL_REQUESTED, IN_HANDS),
    Move(Verb.CONFIRM_CANCEL, frozenset({S.CANCEL_REQUESTED}), S.CANCELLED, frozenset({F.PICKING, F.PACKED})),
    Move(Verb.CANCEL_THE_REST, frozenset({S.CANCEL_REQUESTED}), S.RELEASED, frozenset({F.PARTLY_SHIPPED})),
    Move(
        Verb.CANCEL_THE_REST,
        UNDECIDED | {S.INCOMPLETE, S.APPROVED, S.RELEASED},
        S.RELEASED,
        frozenset({F.PARTLY_SHIPPED}),
    ),
    Move(Verb.REFUSE_CANCEL, frozenset({S.CANCEL_REQUESTED}), S.RELEASED),
    Move(Verb.PICK, _AT_THE_DOCK, None, NOT_GONE),
    Move(Verb.SHIP, _AT_THE_DOCK, None, NOT_GONE),
    Move(Verb.INVOICE, _AT_THE_DOCK, S.INVOICED, frozenset({F.SHIPPED})),
    Move(Verb.CLOSE, frozenset({S.INVOICED}), S.CLOSED),
    Move(Verb.CLOSE, frozenset({S.APPROVED}), S.CLOSED, frozenset({F.OPEN})),
    Move(Verb.REOPEN, frozenset({S.CANCELLED, S.REJECTED, S.CLOSED}), S.VALIDATED, frozenset({F.OPEN})),
)
"""Every legal move of the order axis."""


def destination(verb: Verb, state: S, goods: F) -> S | None:
    """Where a verb leads from a pair of states; None when the table knows no such move."""
    for move in MOVES:
        if move.verb is verb and state in move.starts and goods in move.goods:
            return move.to or state
    return None


def starts_of(verb: Verb) -> tuple[str, ...]:
    """For a message: every state the verb starts from, with what the goods must be, where that matters."""
    told: list[str] = []
    for move in (one for one in MOVES if one.verb is verb):
        while_goods = "" if move.goods == frozenset(F) else f" (goods {', '.join(_in_order(move.goods))})"
        told += [f"{state}{while_goods}" for state in S if state in move.starts]
    return tuple(told)


def diagram() -> str:
    """The table as a Mermaid state diagram, one arrow for each pair of states that verbs join."""
    arrows: dict[tuple[S, S], list[str]] = {}
    for move in MOVES:
        for state in (one for one in S if one in move.starts):
            to = move.to or state
            verbs = arrows.setdefault((state, to), [])
            if move.verb not in verbs:
                verbs.append(move.verb)
    return "\n".join(("stateDiagram-v2", "    [*] --> received", "    [*] --> draft", *_arrows(arrows)))


def _arrows(arrows: dict[tuple[S, S], list[str]]) -> Iterator[str]:
    for (start, end), verbs in arrows.items():
        yield f"    {_named(start)} --> {_named(end)}: {', '.join(verbs)}"


def _named(state: S) -> str:
    return state.replace(" ", "_")


def _in_order(goods: frozenset[F]) -> list[F]:
    return [one for one in F if one in goods]
