#!/bin/sh
# The whole suite against private servers on free ports. Servers that are missing are installed by apt where we may;
# servers that already run on this machine are never touched, and those we install are not started.
set -eu
cd "$(dirname "$0")/.."
packages="python3-venv python3-dev gcc libcups2-dev rabbitmq-server postgresql cups cups-client cups-ipp-utils
    cups-filters dbus openssh-server openssh-client chromium poppler-utils procps"

missing=""
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    if [ -z "$sudo" ] || $sudo true 2>/dev/null; then
        echo "installing:$missing"
        policy=/usr/sbin/policy-rc.d
        if [ ! -e $policy ]; then # a package that starts its service asks here first
            printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null
            $sudo chmod 755 $policy
            trap '$sudo rm -f $policy' EXIT
        fi
        $sudo apt-get update -qq
        # shellcheck disable=SC2086
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    elif [ "${DOCKGATE_REQUIRE_SERVICES:-}" = 1 ]; then
        echo "missing packages, and neither root nor sudo to install them:$missing" >&2
        exit 1
    else
        echo "missing packages:$missing"
        echo "tests that need them are skipped; to run all: sudo apt install$missing"
    fi
fi

scripts/setup.sh test
scripts/check.sh
printf '\033[1m%s\033[0m\n' "tests with real servers"
.venv/bin/python -m pytest tests --ignore tests/architecture --ignore tests/unit --ignore tests/golden "$@"
