"""The gate: messages of one key pass a step in the order they were taken in, however many workers and retries.

A sequence number is given at intake. A message whose turn has not come is kept here and acknowledged; its predecessor
lets it go in the same transaction that does its own work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import sqlalchemy as sa

from store.database import Connection, insert_new
from store.tables import gated_message, key_gate


class Turn(Enum):
    """What the gate says to a message."""

    NOW = "now"
    LATER = "later"
    PAST = "past"


@dataclass(frozen=True)
class GatedMessage:
    """A message that waits at the gate, or was let go from it."""

    message_id: str
    attempt: int
    body: str


def issue(conn: Connection, step: str, key: str) -> int:
    """The next sequence number of a key at a step, from 1; taken in the transaction that publishes the message."""
    insert_new(conn, key_gate, {"step": step, "key": key, "issued": 0, "next_seq": 1})
    issued = (
        sa.update(key_gate)
        .where(key_gate.c.step == step, key_gate.c.key == key)
        .values(issued=key_gate.c.issued + 1)
        .returning(key_gate.c.issued)
    )
    return int(conn.execute(issued).scalar_one())


def issue_many(conn: Connection, step: str, keys: Sequence[str]) -> list[int]:
    """As :func:`issue` for each of the keys in turn, in a few statements; a key may come several times."""
    counts = Counter(keys)
    rows = [{"step": step, "key": key, "issued": 0, "next_seq": 1} for key in sorted(counts)]
    insert_new(conn, key_gate, *rows)
    following: dict[str, int] = {}
    for count in sorted(set(counts.values())):
        of_count = [key for key in sorted(counts) if counts[key] == count]
        issued = (
            sa.update(key_gate)
            .where(key_gate.c.step == step, key_gate.c.key.in_(of_count))
            .values(issued=key_gate.c.issued + count)
            .returning(key_gate.c.key, key_gate.c.issued)
        )
        following |= {key: last - count + 1 for key, last in conn.execute(issued)}
    seqs = []
    for key in keys:
        seqs.append(following[key])
        following[key] += 1
    return seqs


def turns(conn: Connection, step: str, seqs: Mapping[str, int]) -> dict[str, Turn]:
    """Whether it is the turn of a message of each key; the keys stay locked until the transaction ends."""
    rows = (
        sa.select(key_gate.c.key, key_gate.c.next_seq)
        .where(key_gate.c.step == step, key_gate.c.key.in_(sorted(seqs)))
        .order_by(key_gate.c.key)  # two workers that lock several keys do so in the same order
        .with_for_update()
    )
    return {key: _turn(seqs[key], next_seq) for key, next_seq in conn.execute(rows)}


def turn(conn: Connection, step: str, key: str, seq: int) -> Turn:
    """Whether it is a message's turn as things stand; nothing is locked."""
    query = sa.select(key_gate.c.next_seq).where(key_gate.c.step == step, key_gate.c.key == key)
    return _turn(seq, conn.execute(query).scalar_one())


def _turn(seq: int, next_seq: int) -> Turn:
    if seq == next_seq:
        return Turn.NOW
    return Turn.LATER if seq > next_seq else Turn.PAST


def keep(conn: Connection, step: str, key: str, seq: int, message: GatedMessage) -> None:
    """Keep a message until its predecessor is done."""
    row = {"step": step, "key": key, "seq": seq, "message_id": message.message_id}
    insert_new(conn, gated_message, row | {"attempt": message.attempt, "body": message.body})


def pass_on(conn: Connection, step: str, seqs: Mapping[str, int]) -> list[GatedMessage]:
    """Messages with these numbers are done: open the gate for the next of each key, and hand over those that wait."""
    done = sa.tuple_(key_gate.c.key, key_gate.c.next_seq).in_(sorted(seqs.items()))
    conn.execute(sa.update(key_gate).where(key_gate.c.step == step, done).values(next_seq=key_gate.c.next_seq + 1))
    followers = [(key, seq + 1) for key, seq in seqs.items()]
    released = (
        sa.delete(gated_message)
        .where(gated_message.c.step == step, sa.tuple_(gated_message.c.key, gated_message.c.seq).in_(followers))
        .returning(gated_message.c.message_id, gated_message.c.attempt, gated_message.c.body)
    )
    return [GatedMessage(*row) for row in conn.execute(released)]
