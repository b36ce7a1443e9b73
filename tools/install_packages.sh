#!/bin/sh
# Installs the Debian packages of the named sections of packages.txt that are missing.
# As root or through sudo; without either it prints the exact command and stops.
# usage: tools/install_packages.sh SECTION ...
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
command -v dpkg-query >/dev/null 2>&1 || exit 0 # not Debian: CMake says what is missing

missing=
for section in "$@"; do
    for package in $(awk -v s="$section" '/^# section:/ { on = ($3 == s); next } /^#/ { next } on' "$here/packages.txt"); do
        case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true) in
        "install ok installed") ;;
        *) missing="$missing $package" ;;
        esac
    done
done
[ -n "$missing" ] || exit 0

export DEBIAN_FRONTEND=noninteractive
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -E"
else
    echo "inshi: these packages are missing; install them and try again:" >&2
    echo "    apt-get install$missing" >&2
    exit 1
fi
echo "inshi: installing$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
