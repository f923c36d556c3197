#!/bin/sh
# Fetch the console's script and the browser tests' checker from the npm registry again, and verify them.
#
#   scripts/vendor.sh           fetch, verify against the committed SHA-256 lists, replace
#   scripts/vendor.sh --bless   the same after a version below was raised: writes new lists, to be reviewed and committed
#
# Nothing of this runs when the console does: what it serves is committed beside it.
set -eu

HTMX=2.0.11
AXE=4.14.1

cd "$(dirname "$0")/.."
root=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fetch PACKAGE VERSION FOLDER FILE=NAME...: unpack the package and copy its files into FOLDER under new names.
fetch() {
    package=$1 version=$2 folder=$3
    shift 3
    mkdir -p "$work/$package" "$work/new/$folder"
    (cd "$work/$package" && tar -xzf "$(npm pack --silent "$package@$version")")
    for pair in "$@"; do
        cp "$work/$package/package/${pair%%=*}" "$work/new/$folder/${pair#*=}"
    done
}

# settle FOLDER LIST: verify what was fetched against the list (or write the list), then put it in place.
settle() {
    folder=$1 list=$2
    cd "$work/new/$folder"
    if [ "${bless:-}" ]; then
        sha256sum -- * > "$root/$folder/$list"
    else
        sha256sum --check --strict --quiet "$root/$folder/$list"
    fi
    cp -- * "$root/$folder/"
    cd "$root"
}

[ "${1:-}" = --bless ] && bless=1
mkdir -p gateway/console/static/vendor tests/browser/vendor
fetch htmx.org "$HTMX" gateway/console/static/vendor dist/htmx.min.js=htmx.min.js LICENSE=htmx.LICENSE.txt
fetch axe-core "$AXE" tests/browser/vendor axe.min.js=axe.min.js LICENSE=axe.LICENSE.txt
settle gateway/console/static/vendor SHA256SUMS.txt
settle tests/browser/vendor SHA256SUMS.txt
echo "htmx.org $HTMX and axe-core $AXE: as listed"
