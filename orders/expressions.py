"""The language of the house's own rules: one closed grammar over an order's fields, with a bound on what it may cost.

    any(lines, quantity > 100 and part in ("W-100", "W-200")) and grand_total >= 5000
    days(requested_ship_date, today) < 3 or count(lines.schedules, quantity < 10) > 2

Names are fields of the order; inside ``any all count sum min max`` they are fields of the entry, then of what it is an
entry of. What is missing is ``none``: it equals nothing but itself, compares as no, counts as nothing in a sum.
Numbers are exact decimals. There is no way out of the grammar: no attribute, call or loop but those below.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, NoReturn, get_args

from orders.content import Content
from orders.document import PurchaseOrder
from orders.order import OrderError

MOST_CHARACTERS = 2_000
MOST_NODES = 200
DEEPEST = 20
MOST_STEPS = 200_000
"""What one evaluation may take: a rule over twenty thousand deliveries, and an end to what nests too much."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"|(?P<mark><=|>=|!=|==|=|<|>|\+|-|\*|/|\(|\)|,)|(?P<wrong>\S))"
)
_WORDS = frozenset({"and", "or", "not", "in", "none", "true", "false", "today"})
_OVER = frozenset({"any", "all", "count", "sum", "min", "max"})


class ExpressionInvalid(OrderError):
    """A rule of the house's own cannot be read; the message names the place and what would do."""

    code = "expression-invalid"


class ExpressionTooCostly(OrderError):
    """A rule of the house's own takes more steps on one order than any may; make it simpler."""

    code = "expression-too-costly"


class _Scope:
    """What names mean while an expression is evaluated, and how many steps are left."""

    __slots__ = ("entries", "left", "today")

    def __init__(self, order: PurchaseOrder, today: date | None) -> None:
        self.entries: list[Any] = [order]
        self.today = today
        self.left = MOST_STEPS


Node = Callable[[_Scope], Any]


@dataclass(frozen=True)
class Expression:
    """A text that was read and checked, ready to be asked of orders."""

    text: str
    _node: Node

    def __call__(self, order: PurchaseOrder, today: date | None) -> Any:
        """Its value for an order.

        Raises:
            ExpressionTooCostly: it takes too many steps.
        """
        return _plain(self._node(_Scope(order, today)))


def expression(text: str) -> Expression:
    """Read and check a text.

    Raises:
        ExpressionInvalid: it is none, or names what is not there.
    """
    return Expression(text, _Parser(text).whole())


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


class _Parser:
    """Recursive descent over: or · and · not · comparison · sum · product · sign · value."""

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > MOST_CHARACTERS:
            raise ExpressionInvalid(f"{len(text)} characters; {MOST_CHARACTERS} are the most")
        self.tokens = [
            _Token(str(found.lastgroup), found[str(found.lastgroup)], found.start(str(found.lastgroup)))
            for found in _TOKEN.finditer(text)
        ]
        self.place = 0
        self.nodes = 0
        self.depth = 0
        self.models: list[type[Content]] = [PurchaseOrder]

    def whole(self) -> Node:
        node = self.any_of()
        if (left := self.peek()) is not None:
            self.fail(left, f"{left.text!r} is not understood here")
        return node

    def fail(self, token: _Token | None, why: str) -> NoReturn:
        at = token.at if token else len(self.text.rstrip())
        raise ExpressionInvalid(f"at {at + 1}: {why}")

    def peek(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, *texts: str) -> _Token | None:
        token = self.peek()
        if token is None or token.kind == "text" or token.text not in texts:
            return None
        self.place += 1
        return token

    def need(self, text: str) -> None:
        if not self.take(text):
            found = self.peek()
            self.fail(found, f"{text!r} is needed" + (f", not {found.text!r}" if found else ""))

    def made(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.fail(self.peek(), f"more than {MOST_NODES} parts in one rule")
        return node

    def any_of(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(self.peek(), f"nested deeper than {DEEPEST}")
        parts = [self.all_of()]
        while self.take("or"):
            parts.append(self.all_of())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else self.made(lambda s: any(_truth(one(s)) for one in parts))

    def all_of(self) -> Node:
        parts = [self.negated()]
        while self.take("and"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else self.made(lambda s: all(_truth(one(s)) for one in parts))

    def negated(self) -> Node:
        count = 0
        while self.take("not"):
            count += 1
        node = self.compared()
        return self.made(lambda s: not _truth(node(s))) if count % 2 else node

    def compared(self) -> Node:
        left = self.summed()
        if (token := self.take("=", "==", "!=", "<", "<=", ">", ">=")) is not None:
            compare, right = _COMPARISONS[token.text], self.summed()
            return self.made(lambda s: compare(_plain(left(s)), _plain(right(s))))
        is_not = self.take("not")
        if self.take("in"):
            values = self.values()
            found = self.made(lambda s: _is_in(_plain(left(s)), [_plain(one(s)) for one in values]))
            return self.made(lambda s: not found(s)) if is_not else found
        if is_not:
            self.fail(self.peek(), "'in' is needed after 'not' here")
        return left

    def values(self) -> list[Node]:
        if not self.take("("):
            return [self.summed()]
        values = [self.any_of()]
        while self.take(","):
            values.append(self.any_of())
        self.need(")")
        return values

    def summed(self) -> Node:
        node = self.multiplied()
        while (token := self.take("+", "-")) is not None:
            node = self.counted(token.text, node, self.multiplied())
        return node

    def multiplied(self) -> Node:
        node = self.signed()
        while (token := self.take("*", "/")) is not None:
            node = self.counted(token.text, node, self.signed())
        return node

    def counted(self, mark: str, left: Node, right: Node) -> Node:
        return self.made(lambda s: _counted(mark, _plain(left(s)), _plain(right(s))))

    def signed(self) -> Node:
        if self.take("-"):
            node = self.value()
            return self.made(lambda s: _counted("-", Decimal(0), _plain(node(s))))
        return self.value()

    def value(self) -> Node:
        token = self.peek()
        if token is None:
            self.fail(None, "something is missing at the end")
        self.place += 1
        if token.text == "(" and token.kind == "mark":
            node = self.any_of()
            self.need(")")
            return node
        if token.kind == "number":
            return self.constant(Decimal(token.text))
        if token.kind == "text":
            return self.constant(_as_date(token.text[1:-1]))
        if token.kind != "name":
            self.fail(token, f"{token.text!r} is not understood here")
        if token.text in _WORDS:
            return self.word(token)
        if self.take("("):
            return self.over(token) if token.text in _OVER else self.call(token)
        return self.field(token)

    def constant(self, value: Any) -> Node:
        return self.made(lambda s: value)

    def word(self, token: _Token) -> Node:
        if token.text == "today":
            return self.made(lambda s: s.today)
        constants = {"none": None, "true": True, "false": False}
        if token.text not in constants:
            self.fail(token, f"{token.text!r} stands where a value is needed")
        return self.constant(constants[token.text])

    def call(self, token: _Token) -> Node:
        if token.text not in _FUNCTIONS:
            known = [*_FUNCTIONS, *sorted(_OVER)]
            near = difflib.get_close_matches(token.text, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
            self.fail(token, f"there is no function {token.text!r}; {hint}")
        function, least, most = _FUNCTIONS[token.text]
        given = [self.any_of()]
        while self.take(","):
            given.append(self.any_of())
        self.need(")")
        if not least <= len(given) <= most:
            self.fail(token, f"{token.text} takes {least}" + (f" to {most}" if most != least else "") + " values")
        return self.made(lambda s: function(*[_plain(one(s)) for one in given]))

    def over(self, token: _Token) -> Node:
        """``any(lines, ...)``: over the entries of a list, ``lines.schedules`` being those of all lines."""
        where = self.peek()
        if where is None or where.kind != "name":
            self.fail(where, f"{token.text} goes over a list: write {token.text}(lines, ...)")
        self.place += 1
        steps, model = self.path(where)
        if model is None:
            self.fail(where, f"{where.text} is no list")
        inner: Node | None = None
        if self.take(","):
            self.models.append(model)
            inner = self.any_of()
            self.models.pop()
        elif token.text != "count":
            self.fail(self.peek(), f"what of {where.text}? write {token.text}({where.text}, ...)")
        self.need(")")
        walk, fold = _walk(*steps), _FOLDS[token.text]
        return self.made(lambda s: fold(_each(s, walk(s), inner)))

    def field(self, token: _Token) -> Node:
        steps, model = self.path(token)
        if model is not None:
            self.fail(token, f"{token.text} is a list: write any({token.text}, ...) or count({token.text})")
        return self.made(_value_at(*steps))

    def path(self, token: _Token) -> tuple[tuple[int, list[str]], type[Content] | None]:
        """Where a name is found: how far out, its fields; and the model of its entries where it is a list."""
        names = token.text.split(".")
        for depth in range(len(self.models) - 1, -1, -1):
            if names[0] in self.models[depth].model_fields:
                return (depth, names), self.entries(token, self.models[depth], names)
        return self.unknown(token, self.models[-1], names[0])

    def entries(self, token: _Token, model: type[Content], names: list[str]) -> type[Content] | None:
        is_list, inner = False, None
        for place, name in enumerate(names):
            if name not in model.model_fields:
                self.unknown(token, model, name)
            annotation = model.model_fields[name].annotation
            inner = _model_in(annotation)
            if inner is None and is_list:
                around = ".".join(names[:place])
                self.fail(token, f"{token.text} is a list: write any({around}, {name} ...) or the like")
            if inner is None and place < len(names) - 1:
                self.fail(token, f"{'.'.join(names[: place + 1])} has no fields of its own")
            is_list = is_list or "tuple" in str(annotation)
            model = inner or model
        return inner if is_list else None

    def unknown(self, token: _Token, model: type[Content], name: str) -> NoReturn:
        known = [*model.model_fields, *PurchaseOrder.model_fields]
        near = difflib.get_close_matches(name, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        self.fail(token, f"{model.__name__} has no field {name!r}{hint}")


def _model_in(annotation: Any) -> type[Content] | None:
    if isinstance(annotation, type) and issubclass(annotation, Content):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _step(scope: _Scope) -> None:
    scope.left -= 1
    if scope.left < 0:
        raise ExpressionTooCostly(f"more than {MOST_STEPS} steps on one order")


def _value_at(depth: int, names: list[str]) -> Node:
    def value(scope: _Scope) -> Any:
        _step(scope)
        found: Any = scope.entries[depth] if depth < len(scope.entries) else None
        for name in names:
            found = getattr(found, name, None)
        return found

    return value


def _walk(depth: int, names: list[str]) -> Callable[[_Scope], list[Any]]:
    def walk(scope: _Scope) -> list[Any]:
        found: list[Any] = [scope.entries[depth]]
        for name in names:
            found = [one for entry in found for one in _as_list(getattr(entry, name, None))]
        return found

    return walk


def _as_list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _each(scope: _Scope, entries: list[Any], inner: Node | None) -> list[Any]:
    values = []
    for entry in entries:
        _step(scope)
        if inner is None:
            values.append(True)
            continue
        scope.entries.append(entry)
        values.append(_plain(inner(scope)))
        scope.entries.pop()
    return values


def _plain(value: Any) -> Any:
    """A value as the language knows it: text, decimal, date, yes or no, nothing."""
    if value is None or isinstance(value, bool | Decimal):
        return value
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, str | date):
        return value or None
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or None
    return str(value)


def _as_date(text: str) -> Any:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text
    except ValueError:
        return text


def _truth(value: Any) -> bool:
    return bool(value)


def _counted(mark: str, left: Any, right: Any) -> Decimal | None:
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    try:
        if mark == "+":
            return left + right
        if mark == "-":
            return left - right
        return left * right if mark == "*" else left / right
    except (InvalidOperation, ArithmeticError):
        return None


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compared(left: Any, right: Any) -> bool:
        for kind in (Decimal, str, date):
            if isinstance(left, kind) and isinstance(right, kind):
                return compare(left, right)
        return False

    return compared


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: bool(left == right),
    "==": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
}


def _is_in(value: Any, values: list[Any]) -> bool:
    """Whether a value is one of several; of one text alone, whether it stands in it."""
    if len(values) == 1 and isinstance(values[0], str) and isinstance(value, str):
        return value in values[0]
    return value in values


def _days(first: Any, second: Any) -> Decimal | None:
    return Decimal((first - second).days) if isinstance(first, date) and isinstance(second, date) else None


def _weekday(day: Any) -> str | None:
    return ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()] if isinstance(day, date) else None


def _of_texts(function: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda text, part: isinstance(text, str) and isinstance(part, str) and function(text.lower(), part.lower())


_FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "abs": (lambda value: abs(value) if isinstance(value, Decimal) else None, 1, 1),
    "days": (_days, 2, 2),
    "weekday": (_weekday, 1, 1),
    "lower": (lambda text: text.lower() if isinstance(text, str) else None, 1, 1),
    "length": (lambda text: Decimal(len(text)) if isinstance(text, str) else Decimal(0), 1, 1),
    "starts": (_of_texts(str.startswith), 2, 2),
    "ends": (_of_texts(str.endswith), 2, 2),
    "contains": (_of_texts(lambda text, part: part in text), 2, 2),
    "first": (lambda *values: next((one for one in values if one is not None), None), 1, 5),
}


def _numbers(values: list[Any]) -> list[Decimal]:
    return [one for one in values if isinstance(one, Decimal)]


def _least(values: list[Any]) -> Any:
    kinds = [one for one in values if isinstance(one, date)] or _numbers(values)
    return min(kinds, default=None)


def _most(values: list[Any]) -> Any:
    kinds = [one for one in values if isinstance(one, date)] or _numbers(values)
    return max(kinds, default=None)


_FOLDS: dict[str, Callable[[list[Any]], Any]] = {
    "any": any,
    "all": all,
    "count": lambda values: Decimal(sum(map(_truth, values))),
    "sum": lambda values: sum(_numbers(values), Decimal(0)),
    "min": _least,
    "max": _most,
}
