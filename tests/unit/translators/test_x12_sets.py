"""Every set we have a structure of: a right one has no finding, and the structure is sound in itself."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from tests.x12_sets import SETS, interchange
from translators.structures import Node
from translators.translate import inspect
from translators.x12 import schemas
from translators.x12.schemas import schema, segment_specs


def told(raw: bytes) -> list[tuple[str, str | None, int | None, int | None]]:
    found = inspect(raw).all_findings()
    return [(one.code.value, one.where.segment, one.where.position, one.where.element) for one in found]


def shipped() -> list[str]:
    names = (one.name for one in resources.files(schemas).iterdir())
    return sorted(name.removesuffix(".toml") for name in names if re.fullmatch(r"[0-9]{3}\.toml", name))


@pytest.mark.parametrize("set_id", shipped())
def test_a_right_set_has_no_finding(set_id: str) -> None:
    assert told(interchange(set_id, SETS[set_id].splitlines())) == []


@pytest.mark.parametrize("set_id", shipped())
def test_every_segment_of_a_set_is_described(set_id: str) -> None:
    assert sorted(schema(set_id).tags - {set_id} - set(segment_specs())) == []


@pytest.mark.parametrize("set_id", shipped())
def test_a_set_begins_with_st_ends_with_se_and_names_its_group(set_id: str) -> None:
    built = schema(set_id)
    assert (built.first_tag, built.last_tag) == ("ST", "SE")
    assert re.fullmatch(r"[A-Z]{2}", built.functional_id)


@pytest.mark.parametrize("set_id", shipped())
def test_no_two_places_side_by_side_have_one_tag(set_id: str) -> None:
    def doubles(loop: Node) -> list[str]:
        tags = [child.tag for child in loop.children]
        inner = [one for child in loop.children if child.is_loop for one in doubles(child)]
        return [f"{loop.tag}/{tag}" for tag in set(tags) if tags.count(tag) > 1] + inner

    assert doubles(schema(set_id).root) == []


@pytest.mark.parametrize("set_id", shipped())
def test_each_segment_that_must_come_is_missed(set_id: str) -> None:
    segments = SETS[set_id].splitlines()
    must = {node.tag for node in schema(set_id).root.children if node.must} - {"ST", "SE"}
    assert must
    for tag in must:
        left = [one for one in segments if not one.startswith(f"{tag}*")]
        assert ("segment-missing", tag) in [one[:2] for one in told(interchange(set_id, left))]


@pytest.mark.parametrize(
    ("set_id", "group", "expected"),
    [("876", "PO", "set-not-of-group"), ("824", "FA", "set-not-of-group"), ("830", "PS", None)],
)
def test_a_set_in_the_wrong_group_is_told(set_id: str, group: str, expected: str | None) -> None:
    raw = interchange(set_id, SETS[set_id].splitlines())
    raw = re.sub(rb"GS\*[A-Z]{2}", b"GS*" + group.encode(), raw)
    assert [one[0] for one in told(raw)] == ([expected] if expected else [])
