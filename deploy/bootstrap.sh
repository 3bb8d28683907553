#!/bin/sh
# Make .venv from the hashed requirement files. Does nothing when all is current.
# Usage: deploy/bootstrap.sh [lock]
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

real_path() {
    "$1" -c 'import os, sys; print(os.path.realpath(sys.executable))'
}

candidates() {
    [ -n "${PYTHON:-}" ] && command -v "$PYTHON" || true
    for name in python3.13 python3.12 python3.14 python3 python; do
        command -v "$name" || true
    done
    for root in "${PYENV_ROOT:-}" "${HOME:-}/.pyenv" /opt/pyenv /usr/local/pyenv; do
        for minor in 13 12 14; do
            for path in "$root"/versions/3."$minor".*/bin/python3; do
                [ -x "$path" ] && printf '%s\n' "$path"
            done
        done
    done
}

find_python() {
    candidates | while IFS= read -r candidate; do
        if is_new_enough "$candidate"; then real_path "$candidate"; break; fi
    done
}

python_through_uv() {
    uv=$(command -v uv || true)
    if [ -z "$uv" ]; then
        say "No Python 3.12 or later found; fetching uv to look for one."
        old=$(command -v python3 || command -v python || true)
        [ -n "$old" ] && "$old" -m pip install --quiet --target var/uv uv >&2 && uv=var/uv/bin/uv || return 0
    fi
    "$uv" python find --no-project '>=3.12' 2>/dev/null && return 0
    "$uv" python install 3.13 >&2 && "$uv" python find --no-project '>=3.12' || true
}

fingerprint() { cat requirements/uv.txt requirements/local.txt deploy/bootstrap.sh | cksum; }

make_environment() {
    python=$(find_python)
    [ -n "$python" ] || python=$(python_through_uv)
    if [ -z "$python" ]; then
        say "Commons needs Python 3.12 or later and found none on PATH, under pyenv or through uv."
        say "Install one (Debian: apt-get install python3 python3-venv; pyenv: pyenv install 3.13),"
        say "or name it: make install PYTHON=/path/to/python3.13"
        exit 1
    fi
    say "Installing into .venv with $("$python" --version)."
    rm -rf .venv
    if ! "$python" -m venv .venv; then
        say "That Python cannot make an environment. On Debian: apt-get install python3-venv"
        exit 1
    fi
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
}

if [ "${1:-}" != lock ] && [ "$(cat .venv/installed 2>/dev/null)" = "$(fingerprint)" ]; then
    exit 0
fi

if [ ! -x .venv/bin/uv ] || ! is_new_enough .venv/bin/python; then make_environment; fi
[ "${1:-}" = lock ] && exit 0
.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes requirements/uv.txt requirements/local.txt
fingerprint > .venv/installed
