#!/bin/bash
# Bring what Matinee needs onto this machine: Debian packages, a virtual environment in .venv, the package in it.
#
#   image-build/bootstrap.sh run|test|bench|image
#
# Does nothing, in a fraction of a second, when nothing is missing. Exit 1 with one clear message otherwise.
set -euo pipefail
export LC_ALL=C

group=${1:-}
case $group in
    run | image) extra="dev" ;;
    test | bench) extra="test" ;;
    *) echo "usage: image-build/bootstrap.sh run|test|bench|image" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
home=$PWD
list=image-build/debian-packages.txt
constraints=image-build/constraints.txt
models=image-build/models.txt
pictures=image-build/pictures.txt
log=$(mktemp "${TMPDIR:-/tmp}/matinee-bootstrap.XXXXXX.log")
trap '[ -s "$log" ] || rm -f "$log"' EXIT  # it stays only where it tells why
began=$SECONDS
python='' too_old=''

say() { echo "matinee: $*"; }
stop() { echo "matinee: $*" >&2; exit 1; }

# --- Debian packages ----------------------------------------------------------------------------------------------

# One line per package of this group and those below it: "name" or "name|other". Building an image needs no tests.
wanted() {
    awk -v upto="$group" '
        { sub(/#.*/, ""); gsub(/[ \t\r]/, "") }
        /^\[/ { if (done) exit; done = ($0 == "[" upto "]"); skip = (upto == "image" && !done && $0 != "[run]"); next }
        $0 != "" && !skip { print }' "$list"
}

is_installed() { [[ $'\n'$installed == *$'\n'"$1 installed"* ]]; }

find_missing() {
    local line name
    missing=()
    # shellcheck disable=SC2046  # words on purpose
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $(wanted | tr '|' ' ') 2>/dev/null || true)
    while read -r line; do
        for name in ${line//|/ }; do is_installed "$name" && continue 2; done
        missing+=("$line")
    done < <(wanted)
    # npm comes as a package of its own or inside another's nodejs: what counts is that it is there.
    if [ "$group" != run ] && ! command -v npm >/dev/null; then missing+=(npm); fi
}

# "a|b" becomes the first that apt can install here.
choose() {
    local line name
    chosen=()
    for line in "${missing[@]}"; do
        for name in ${line//|/ }; do
            if apt-cache policy "$name" 2>/dev/null | grep -q 'Candidate: [^(]'; then chosen+=("$name"); continue 2; fi
        done
        chosen+=("${line%%|*}")
    done
}

# apt's machine-readable lines as "  12 %  libvlc5"; all else goes to the log.
apt_progress() {
    awk -F: -v log_file="$log" -v live="$([ -t 1 ] && echo 1 || echo 0)" '
        /^(dl|pm)status:/ {
            percent = int($3 / 10) * 10
            what = ($1 == "dlstatus") ? "downloading" : "installing"
            if (what percent == last) next
            last = what percent
            if (live) printf "\r\033[K  %-11s %3d %%  %s", what, $3, ($1 == "pmstatus") ? $2 : ""
            else printf "  %-11s %3d %%\n", what, percent
            fflush(); next
        }
        { print >> log_file }
        END { if (live && last) printf "\r\033[K" }'
}

# Status goes to a descriptor of its own (apt closes it to packages' scripts), made behind sudo, which closes all above 2.
apt_get() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    "${become[@]}" env DEBIAN_FRONTEND=noninteractive sh -c 'exec apt-get "$@" 3>&1' apt-get \
        -y -o APT::Status-Fd=3 -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" </dev/null 9<&- 2>&1 | apt_progress
}

ask_for() {
    choose
    stop "$1
    apt-get install --no-install-recommends ${chosen[*]}"
}

install_missing() {
    become=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || ask_for "these Debian packages are missing. As root, please run:"
        become=(sudo)
        if ! sudo -n true 2>/dev/null; then
            say "installing ${#missing[@]} missing Debian packages; sudo may ask for your password"
            { [ -t 0 ] && sudo -v; } || ask_for "sudo is not allowed here. As root, please run:"
        fi
    fi
    say "fetching Debian's package lists"
    apt_get update || say "the package lists could not be fetched; going on with those that are here"
    choose
    say "installing ${#chosen[@]} Debian packages and what they need: ${chosen[*]}"
    apt_get install --no-install-recommends "${chosen[@]}" || {
        grep '^E:' "$log" | tail -3 >&2 || true
        ask_for "these Debian packages could not be installed ($log has all of it). When the network is back, run as root:"
    }
}

ensure_debian_packages() {
    command -v dpkg-query >/dev/null || stop "this is not Debian, Ubuntu or Raspberry Pi OS: there is no dpkg. Matinee needs: $(wanted | tr '\n' ' ')"
    find_missing
    if [ ${#missing[@]} -gt 0 ]; then install_missing; fi
}

# --- Python -------------------------------------------------------------------------------------------------------

# Sets python to one >= 3.11 that can make virtual environments, and too_old to what was there instead.
# PYTHON=... in the environment says which one to take.
find_python() {
    local name
    python='' too_old=''
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3}; do
        command -v "$name" >/dev/null || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$name" -c 'import ensurepip, venv' 2>/dev/null || continue
            python=$name too_old=''
            return
        fi
        too_old=${too_old:-$("$name" -V 2>&1) at $(command -v "$name")}
    done
}

# An environment that was moved, or whose Python is gone, is made anew.
venv_is_sound() {
    [ -x .venv/bin/python ] && [ -f .venv/bin/pip ] || return 1
    local first
    read -r first <.venv/bin/pip
    [[ $first == "#!$home/.venv/bin/"* ]] && .venv/bin/python -c 'import pip' 2>/dev/null
}

# Changes when anything that decides what is installed does.
fingerprint() {
    { echo "$home"; readlink -f .venv/bin/python; .venv/bin/python -V; cat "$0" pyproject.toml "$constraints" "$models" "$pictures"; } | sha256sum
}

is_stamped() {
    local stamp
    for stamp in ".venv/$group.stamp" .venv/test.stamp; do
        if [ -f "$stamp" ] && [ "$(<"$stamp")" = "$1" ]; then return 0; fi
    done
    return 1
}

pip_progress() {
    awk -v log_file="$log" -v live="$([ -t 1 ] && echo 1 || echo 0)" '
        { print >> log_file }
        /^ *Collecting / {
            count++
            if (live) { printf "\r\033[K  fetching %3d  %s", count, $2; fflush() }
            else if (count % 20 == 0) { printf "  fetched %d\n", count; fflush() }
        }
        /^Installing collected packages/ {
            if (live) printf "\r\033[K"
            printf "  unpacking %d\n", split($0, parts, ","); fflush()
        }'
}

pip_install() {
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
        --constraint "$constraints" "$@" 2>&1 | pip_progress || {
        tail -n 12 "$log" >&2
        stop "the Python packages could not be installed; the last lines are above, all of it is in $log"
    }
}

ensure_environment() {
    if venv_is_sound && is_stamped "$(fingerprint)"; then return; fi
    if ! venv_is_sound; then
        find_python
        [ -n "$python" ] || stop "Matinee needs Python 3.11 or newer with venv; here is ${too_old:-none that can make a virtual environment}."
        say "making a virtual environment in .venv with $("$python" -V)"
        "$python" -m venv --clear .venv >>"$log" 2>&1 || stop "$python could not make .venv: $(tail -n 3 "$log")"
    fi
    say "installing Python packages"
    export PIP_ROOT_USER_ACTION=ignore
    pip_install setuptools
    pip_install --no-build-isolation --editable ".[$extra]"
    pip_install --no-deps --requirement "$models"  # trained networks: only the files in them are used
    if [ "$group" != run ]; then pip_install --no-deps --requirement "$pictures"; fi
    fingerprint >".venv/$group.stamp"
}

# --- The public page's script ---------------------------------------------------------------------------------------

# Bundled with the age library for JavaScript. Without it public pages take no sign-ups, and say so when they are published.
ensure_sealing_script() {
    local made=webui/public/built/made-of now
    now=$(cat webui/public/sign_up.js webui/public/pass.js image-build/sealing/* | sha256sum)
    if [ -f "$made" ] && [ "$(<"$made")" = "$now" ]; then return; fi
    if ! command -v npm >/dev/null; then
        say "npm is missing: public pages will take no sign-ups (apt-get install npm, then again)"
        [ "$group" = run ] || stop "the tests need npm; please install it: apt-get install npm"
        return
    fi
    say "bundling the public page's script"
    image-build/sealing/build.sh >>"$log" 2>&1 || {
        tail -n 5 "$log" >&2
        [ "$group" = run ] || stop "the public page's script could not be bundled; the last lines are above"
        say "public pages will take no sign-ups until it can"
        return
    }
    echo "$now" >"$made"
}

# --- All of it ----------------------------------------------------------------------------------------------------

exec 9<"$0"
flock --nonblock 9 || { say "waiting for another one that is installing here"; flock 9; }
venv_is_sound || find_python
if [ -n "$too_old" ]; then
    stop "Matinee needs Python 3.11 or newer; here is $too_old. Debian 12, Ubuntu 24.04 and Raspberry Pi OS bring it."
fi
ensure_debian_packages
ensure_environment
ensure_sealing_script
rm -f "$log"
say "everything that '$group' needs is installed ($((SECONDS - began)) s)"
