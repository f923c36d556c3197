"""Objects of a document made again without asking the model anew.

A :class:`Part` begins as an object that the model has checked, and is told which of its fields change from set to set.
The model's own validators made every value put into such a field: once for each text in :class:`Values`, or by a length
that the pattern of the segment guards. So what comes out is what the model would have made, a property test says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from operator import itemgetter
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from orders.document import Content

Check = Callable[[Any], Any]
Pick = Callable[[Sequence[Any]], Sequence[Any]]
Fill = Callable[[Sequence[Any]], Any]
"""Makes what a field holds from the values."""
Rest = dict[str, tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]]
"""What no rule takes: by path of tags, the rows; the numbers of their elements and the slots of the values."""

_MAX_TEXTS = 4096
"""Texts of one field that are remembered with their values; prices and dates of a catalogue repeat, and are few."""


_MAX_SHARED = 4096
"""Rows kept to be given out again, in all forms of a map together: some three megabytes."""
_MAX_SHARED_SLOTS = 4
"""Rows with no more values between them are likely to come again: the ids of a part, a delivery of all of it."""


@lru_cache(maxsize=1024)
def check(model: type[Content], field: str) -> Check:
    """The model's own validation of one field. Raises ValueError."""
    info = model.model_fields[field]
    annotation: Any = info.annotation
    for one in info.metadata:
        annotation = Annotated[annotation, one]
    return TypeAdapter(annotation).validator.validate_python


@lru_cache(maxsize=1024)
def text_limit(model: type[Content], field: str) -> int | None:
    """How long a text may be in a field that asks for nothing else; None when it asks for more than that."""
    info = model.model_fields[field]
    annotation, metadata = info.annotation, list(info.metadata)
    options = [one for one in _options(annotation) if one is not NoneType]
    if len(options) != 1:
        return None
    if get_origin(options[0]) is Annotated:
        annotation, *more = get_args(options[0])
        options = [annotation]
        for one in more:
            metadata += one.metadata if isinstance(one, FieldInfo) else [one]
    if options[0] is not str or len(metadata) != 1 or not isinstance(metadata[0], MaxLen):
        return None
    return metadata[0].max_length


def _options(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


class Values(dict[str, Any]):
    """What a text becomes in one field, worked out when it first comes. ValueError: look at it the long way."""

    def __init__(self, work_out: Check) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, text: str) -> Any:
        value = self._work_out(text)
        if len(self) >= _MAX_TEXTS:
            self.clear()
        self[text] = value
        return value


class Part:
    """Makes one object from values in slots; fields without a slot are those of the sample."""

    __slots__ = ("_fills", "_fixed", "_given", "_names", "_new", "_pick", "_slots")

    def __init__(
        self, sample: Content, slots: Mapping[str, int], parts: Mapping[str, Any], rest: Rest, more: Sequence[str] = ()
    ) -> None:
        self._new = type(sample).of_checked
        self._given = set(sample.model_fields_set)
        self._names, self._slots = tuple(slots), tuple(slots.values())
        self._pick = pick(self._slots)
        fills: dict[str, Fill] = {name: part.make for name, part in parts.items()}
        if rest:
            fills["extensions"] = _left(rest)
        self._fixed = fixed = sample.__dict__ | dict.fromkeys((*slots, *fills, *more))
        for name, value in fixed.items():
            if isinstance(value, dict | list):
                fills[name] = _copied(value)
        self._fills = tuple(fills.items())

    @property
    def slots(self) -> tuple[int, ...] | None:
        """Where all its values are; None when it holds more than values."""
        return None if self._fills else self._slots

    def make(self, values: Sequence[Any], more: Mapping[str, Any] | None = None) -> Any:
        """The object; ``more`` are fields that the caller fills."""
        fields = self._fixed.copy()
        fields.update(zip(self._names, self._pick(values)))  # noqa: B905
        for name, fill in self._fills:
            fields[name] = fill(values)
        if more:
            fields.update(more)
        return self._new(fields, self._given)


def _left(rest: Rest) -> Fill:
    """What no rule takes, by path; most often it is one element of one segment."""
    empty: dict[str, Any] = dict.fromkeys(rest)
    lone, several = [], []
    for path, rows in rest.items():
        if len(rows) == len(rows[0][0]) == 1:
            lone.append((path, rows[0][0][0], rows[0][1][0]))
        else:
            several.append((path, tuple((keys, pick(slots)) for keys, slots in rows)))

    def fill(values: Sequence[Any]) -> dict[str, Any]:
        left = empty.copy()
        for path, key, slot in lone:
            left[path] = [{key: values[slot]}]
        for path, lost in several:
            left[path] = [dict(zip(keys, chosen(values))) for keys, chosen in lost]  # noqa: B905
        return left

    return fill


def _copied(value: dict[str, Any] | list[Any]) -> Fill:
    """Nobody shares what can be changed."""
    return (lambda _: deepcopy(value)) if value else (lambda _: value.copy())


class PartRows:
    """Makes the rows of a field. Rows of a few values, which nobody can change, may be ones made before."""

    __slots__ = ("_parts", "_pick", "_shared")

    def __init__(self, parts: Sequence[Part], shared: dict[Any, Any]) -> None:
        self._parts = tuple(parts)
        slots = [one.slots for one in parts]
        every = tuple(slot for some in slots for slot in some or ())
        self._pick = pick(every)
        self._shared = shared if None not in slots and len(every) <= _MAX_SHARED_SLOTS else None

    def make(self, values: Sequence[Any]) -> tuple[Any, ...]:
        if (shared := self._shared) is None:
            return tuple([part.make(values) for part in self._parts])
        key = self, self._pick(values)
        rows: tuple[Any, ...] | None = shared.get(key)
        if rows is None:
            if len(shared) >= _MAX_SHARED:
                shared.clear()
            rows = shared[key] = tuple([part.make(values) for part in self._parts])
        return rows


def pick(slots: tuple[int, ...]) -> Pick:
    """The values in these slots; of a single one twice, for callers that zip it with a single name."""
    if not slots:
        return lambda values: ()
    return itemgetter(*slots) if len(slots) > 1 else itemgetter(slots[0], slots[0])
