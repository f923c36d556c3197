#!/bin/sh
# Makes or updates .venv from the pinned, hashed lock files. Usage: setup.sh run|bench|dev|test
#   run   what the box needs, wheels only: no compiler
#   bench and the libraries `make bench` measures against
#   dev   and linters, type checker, tests
#   test  and pycups, which is compiled (libcups2-dev, gcc, python3-dev)
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}
python=${PYTHON:-python3}
venv=.venv

say() { printf '\033[1m%s\033[0m\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "$python is missing or older than 3.11; name another one: make setup PYTHON=python3.12"
if [ ! -x $venv/bin/python ]; then
    say "1/3  environment in $venv"
    "$python" -m venv $venv || { rm -rf $venv; fail "the venv module is missing: apt install python3-venv"; }
fi

# A stamp per level: nothing is done again while the lock files are the same.
stamp() { cat requirements/build.lock requirements/run.lock requirements/"$1".lock pyproject.toml | sha256sum | cut -c1-16; }
# pip tells a line for each library it takes up: count them on a terminal, keep them for when something fails.
pip() {
    log=$venv/setup.log
    if [ -t 1 ]; then
        { $venv/bin/python -m pip --disable-pip-version-check install --require-hashes "$@" 2>&1 && echo done || echo failed; } |
            tee "$log" | awk '/^Collecting|^Requirement already/ { printf "\r     %d libraries", ++n; fflush() }
                /^Installing collected/ { printf "\r     %d libraries, installing", n; fflush() } END { print "" }'
    else
        { $venv/bin/python -m pip --disable-pip-version-check install --require-hashes "$@" 2>&1 && echo done || echo failed; } >"$log"
    fi
    [ "$(tail -n 1 "$log")" = done ] || { tail -n 20 "$log" >&2; fail "pip could not install; the whole log is $log"; }
}
level() { # name, title, pip arguments
    name=$1 title=$2; shift 2
    mark=$venv/.done-$name-$(stamp "$name")
    [ -e "$mark" ] && return
    say "$title"
    pip "$@"
    rm -f $venv/.done-"$name"-*
    touch "$mark"
}

fresh=no
[ -e "$venv/.done-run-$(stamp run)" ] || fresh=yes
level run "2/3  libraries of the box" \
    --only-binary :all: -r requirements/build.lock -r requirements/run.lock
if [ $fresh = yes ] || [ ! -x $venv/bin/dockgate ]; then
    say "3/3  dockgate itself"
    $venv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
fi
case $what in
run) ;;
bench) level bench "     libraries to measure against" --only-binary :all: -r requirements/bench.lock ;;
dev | test) level dev "     linters and test tools" --only-binary :all: -r requirements/dev.lock ;;
*) fail "unknown level $what: run, bench, dev or test" ;;
esac
if [ "$what" = test ] || [ "$what" = bench ]; then
    if command -v cups-config >/dev/null && command -v gcc >/dev/null; then
        level cups "     pycups" --no-build-isolation -r requirements/cups.lock
    else
        say "     pycups left out: apt install libcups2-dev gcc python3-dev"
    fi
fi
