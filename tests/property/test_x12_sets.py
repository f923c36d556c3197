"""Whatever the order of known segments: every set walks to its end, loses nothing, and nests what it can."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.x12_sets import SETS, interchange
from translators.interchange import InterchangeOpened, SetRead
from translators.limits import MAX_FINDINGS_PER_SET, MAX_NESTING
from translators.received import received
from translators.tree import Loop
from translators.walker import Walked
from translators.walking import Structure
from translators.x12 import reader

EVERY = sorted({line for body in SETS.values() for line in body.splitlines()})


def walked(set_id: str, segments: list[str]) -> tuple[SetRead, Walked]:
    structure = Structure()
    for event in reader.read([interchange(set_id, segments)]):
        if isinstance(event, InterchangeOpened):
            structure.begin(event.header)
        elif isinstance(event, SetRead):
            found = structure.walk(event)
            assert found is not None
            return event, found
    raise AssertionError("no set came")


def positions(loop: Loop, depth: int = 0) -> list[int]:
    assert depth <= 2 * MAX_NESTING
    here = [segment.position for segments in loop.segments.values() for segment in segments]
    return here + [at for loops in loop.loops.values() for one in loops for at in positions(one, depth + 1)]


@st.composite
def shuffles(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A set with its own segments in any order, some twice, some gone, and some of other sets between."""
    set_id = draw(st.sampled_from(sorted(SETS)))
    own = st.sampled_from(SETS[set_id].splitlines())
    return set_id, draw(st.lists(own | own | own | st.sampled_from(EVERY), max_size=40))


@given(shuffles())
@settings(max_examples=300)
def test_any_shuffle_of_known_segments_walks_to_its_end(shuffled: tuple[str, list[str]]) -> None:
    set_id, segments = shuffled
    read, found = walked(set_id, segments)
    assert sorted(positions(found.root)) == list(range(1, len(segments) + 3))
    assert len(found.findings) <= 2 * MAX_FINDINGS_PER_SET
    answers, _ = received(read, found.root)
    assert bool(answers) == (set_id in ("997", "999"))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_hl_loops_of_any_numbers_and_parents_are_all_kept(pairs: list[tuple[int, int]]) -> None:
    segments = ["BSN*00*SHIP-9*20260401*0800", *(f"HL*{own or ''}*{parent or ''}*I" for own, parent in pairs)]
    _, found = walked("856", segments)
    assert sorted(positions(found.root)) == list(range(1, len(segments) + 3))
