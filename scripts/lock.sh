#!/bin/sh
# Resolves pyproject.toml into pinned, hashed lock files. Run it on purpose, review the diff, commit it.
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header "$@"; }
lock pyproject.toml -o requirements/run.lock
lock pyproject.toml --extra dev -c requirements/run.lock -o requirements/dev.lock
lock pyproject.toml --extra bench -c requirements/dev.lock -o requirements/bench.lock
lock pyproject.toml --extra cups -c requirements/run.lock -o requirements/cups.lock
echo "setuptools>=80,<83" | lock - -o requirements/build.lock
