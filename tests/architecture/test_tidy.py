"""Style as a test: lengths, names and calls that have no place here."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("orders", "partners", "translators", "printing", "store", "queues", "gateway")
MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_FUNCTION = 70
BANNED_MODULE_NAMES = re.compile(r"(util|utils|common|helpers?|manager|misc)")
SQL_BUILT_FROM_TEXT = re.compile(r"(execute|exec_driver_sql|text)\(\s*(f[\"']|[\"'][^\"']*[\"']\s*[%+])")


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_longer_than_a_person_reads_in_one_go() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources(*ROOMS, "tests")}
    too_long = {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE}
    assert too_long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}:{one.lineno} {one.name}"
        for path in sources(*ROOMS)
        if "migrations" not in path.parts
        for one in functions(path)
        if (one.end_lineno or 0) - one.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]
    assert too_long == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert [str(path) for path in sources(*ROOMS) if BANNED_MODULE_NAMES.fullmatch(path.stem)] == []


def test_no_sql_is_built_from_text() -> None:
    found = [str(path) for path in sources("store") if SQL_BUILT_FROM_TEXT.search(path.read_text("utf-8"))]
    # LISTEN and PRAGMA take no parameters; what is put into them are constants of that module.
    assert [path for path in found if not path.endswith("store/database.py")] == []


def test_nothing_is_swallowed_by_a_bare_except() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(*ROOMS, "tests")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


def test_tests_wait_on_signals_and_never_sleep() -> None:
    sleeping = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources("tests")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sleep"
    ]
    assert sleeping == []


def error_classes() -> Iterator[tuple[str, ast.ClassDef]]:
    for path in sources(*ROOMS):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            bases = [base.id for base in getattr(node, "bases", []) if isinstance(base, ast.Name)]
            if isinstance(node, ast.ClassDef) and any(base == "Exception" or base.endswith("Error") for base in bases):
                yield str(path.relative_to(ROOT)), node


@pytest.mark.parametrize(("path", "node"), [pytest.param(path, node, id=node.name) for path, node in error_classes()])
def test_every_error_has_a_code_a_docstring_and_a_row_in_the_docs(path: str, node: ast.ClassDef) -> None:
    assigned = {
        target.id: str(statement.value.value)
        for statement in node.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    assert ast.get_docstring(node), f"{path}: {node.name} says nothing of itself"
    assert "code" in assigned, f"{path}: {node.name} has no code of its own"
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", assigned["code"])
    rows = (ROOT / "docs" / "errors.md").read_text("utf-8")
    assert f"| `{assigned['code']}` |" in rows, f"docs/errors.md has no row for {assigned['code']}"


def test_nothing_unfinished_is_committed() -> None:
    pattern = "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "NotImplemented" + "Error"))
    found = subprocess.run(
        ["git", "grep", "-nIwE", pattern, "--", "*.py", "*.sh", "*.toml", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""
