"""Who may know whom. A rule of docs/architecture.md that is not tested here is a wish."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS: dict[str, set[str]] = {
    "orders": set(),
    "partners": {"orders.review_policy"},
    "translators": {"orders.document", "partners"},
    "printing": {"orders"},
    "store": {"orders", "partners"},
    "queues": {"store"},
    "gateway": {"orders", "partners", "translators", "printing", "store", "queues"},
}
"""Each room, and what it may import of ours; a dotted name allows that module only."""

PURE = {"orders", "partners", "translators"}
NOT_PURE = {"socket", "ssl", "http", "urllib", "httpx", "subprocess", "threading", "multiprocessing", "sqlite3"}
NOT_PURE |= {"random", "secrets", "uuid", "uuid_utils", "time", "tempfile", "shutil", "pathlib", "os"}
CLOCK_READERS = {"now", "utcnow", "today"}
HOME_OF = {
    "asyncio": {"gateway"},
    "fastapi": {"gateway"},
    "uvicorn": {"gateway"},
    "typer": {"gateway"},
    "sqlalchemy": {"store"},
    "psycopg2": {"store"},
    "alembic": {"store"},
    "pika": {"queues"},
    "cups": {"printing"},
    "pyipp": {"printing"},
    "typst": {"printing"},
    "zint": {"printing"},
}
"""Libraries that belong to a room, so that changing one changes one room."""
NOWHERE = {"pickle", "shelve", "marshal"}
ENVIRONMENT_READER = "gateway.settings"


def modules(root: Path) -> dict[str, Path]:
    found = {}
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(tree: ast.AST, module: str, *, is_package: bool) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                base = ".".join([*parts[: len(parts) - node.level + is_package], *([base] if base else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def is_allowed(room: str, name: str) -> bool:
    other = name.partition(".")[0]
    if other == room or other not in ROOMS:
        return True
    return any(name == rule or name.startswith(f"{rule}.") for rule in ROOMS[room])


def forbidden_calls(tree: ast.AST, room: str, module: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if isinstance(node.func, ast.Name) and name in ("eval", "exec"):
                yield node.lineno, f"{name}() is used nowhere"
            if any(word.arg == "shell" and getattr(word.value, "value", None) is True for word in node.keywords):
                yield node.lineno, "shell=True is used nowhere"
            if room in PURE and name in CLOCK_READERS:
                yield node.lineno, f"{room} is pure: time is an argument"
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and module != ENVIRONMENT_READER:
            yield node.lineno, f"only {ENVIRONMENT_READER} reads the environment"


def violations(root: Path) -> Iterator[str]:
    known = modules(root)
    graph: dict[str, set[str]] = {name: set() for name in known}
    for module, path in known.items():
        room, tree, at = module.partition(".")[0], ast.parse(path.read_text("utf-8")), path.relative_to(root)
        for line, name in imports(tree, module, is_package=path.name == "__init__.py"):
            library = name.partition(".")[0]
            if not is_allowed(room, name):
                yield f"{at}:{line}: {room} may not import {name}"
            if room in PURE and library in NOT_PURE:
                yield f"{at}:{line}: {room} is pure, {library} is not"
            if room not in HOME_OF.get(library, {room}):
                yield f"{at}:{line}: {library} belongs to {', '.join(sorted(HOME_OF[library]))}"
            if library in NOWHERE:
                yield f"{at}:{line}: {library} is used nowhere"
            target = name if name in known else name.rpartition(".")[0]
            if target in known and target != module:
                graph[module].add(target)
        yield from (f"{at}:{line}: {problem}" for line, problem in forbidden_calls(tree, room, module))
    yield from (f"import cycle: {' -> '.join(group)}" for group in cycles(graph))


def cycles(graph: dict[str, set[str]]) -> Iterator[list[str]]:
    """Groups of modules that import each other: what is left when modules without imports are taken away, both ways."""
    left = {name: set(targets) for name, targets in graph.items()}
    while True:
        imported = {target for targets in left.values() for target in targets}
        loose = {name for name, targets in left.items() if not targets & left.keys() or name not in imported}
        if not loose:
            break
        left = {name: targets - loose for name, targets in left.items() if name not in loose}
    if left:
        yield sorted(left)


GOOD = {
    "orders/document.py": "import decimal\n",
    "orders/order.py": "from orders.document import PurchaseOrder\n",
    "translators/translate.py": "from orders.document import PurchaseOrder\nfrom partners import partner\n",
    "store/orders.py": "import sqlalchemy\nfrom orders import order\n",
    "queues/embedded.py": "from store import orders\n",
    "printing/cups.py": "import cups\nfrom orders import document\n",
    "gateway/settings.py": "import os\nHOME = os.environ.get('HOME')\n",
    "gateway/app.py": "import asyncio\nfrom gateway import settings\n",
}
PLANTED = [
    ("orders/order.py", "import store.orders", "orders may not import store.orders"),
    ("partners/partner.py", "from orders import document", "partners may not import orders.document"),
    ("translators/x.py", "from orders.order import SalesOrder", "translators may not import orders.order.SalesOrder"),
    ("store/orders.py", "import gateway.app", "store may not import gateway.app"),
    ("printing/zebra.py", "from store import tables", "printing may not import store.tables"),
    ("queues/worker.py", "import asyncio", "asyncio belongs to gateway"),
    ("gateway/pipeline.py", "import sqlalchemy", "sqlalchemy belongs to store"),
    ("translators/detect.py", "import socket", "translators is pure, socket is not"),
    ("orders/desk.py", "import datetime\nat = datetime.datetime.now()", "orders is pure: time is an argument"),
    ("store/archive.py", "import os\nx = os.environ['HOME']", "only gateway.settings reads the environment"),
    ("gateway/cli.py", "import pickle", "pickle is used nowhere"),
    ("gateway/cli.py", "eval('1')", "eval() is used nowhere"),
    ("gateway/cli.py", "run('x', shell=True)", "shell=True is used nowhere"),
    ("orders/document.py", "from orders import order", "import cycle: orders.document -> orders.order"),
]


def test_every_import_of_the_house_is_allowed() -> None:
    assert list(violations(ROOT)) == []


def _tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_a_tree_that_follows_the_rules_has_no_violation(tmp_path: Path) -> None:
    assert list(violations(_tree(tmp_path, GOOD))) == []


@pytest.mark.parametrize(("name", "text", "problem"), PLANTED)
def test_planted_violation_is_found(tmp_path: Path, name: str, text: str, problem: str) -> None:
    found = list(violations(_tree(tmp_path, GOOD | {name: text})))
    assert any(line.endswith(problem) for line in found), found
