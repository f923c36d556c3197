#!/bin/sh
# Lint, types, import rules, unit and golden tests. No server, under a minute.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
step() { printf '\033[1m%s\033[0m\n' "$1"; shift; "$@"; }
step "format" $bin/ruff format --check --quiet .
step "lint" $bin/ruff check --quiet .
step "types" $bin/mypy --no-error-summary orders partners translators printing store queues gateway tests bench
step "tests" $bin/python -m pytest --quiet tests/architecture tests/unit tests/golden
