#!/bin/bash
# Pin the newest set of Python packages that fits pyproject.toml, and prove that it can be had wherever Matinee runs.
#
#   make constraints
#
# Resolves into a fresh environment (not .venv: nobody's leftovers), writes name==version lines, then asks for wheels
# of every one of them for each Python and processor that the box and its developers use.
set -euo pipefail
export LC_ALL=C PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_INPUT=1

cd "$(dirname "$0")/.."
target=image-build/constraints.txt
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

echo "constraints: resolving pyproject.toml with $(python3 -V)"
python3 -m venv "$scratch/venv"
pip() { "$scratch/venv/bin/python" -m pip --quiet --quiet "$@"; }
pip install --upgrade pip "setuptools>=77"
pip install --no-build-isolation --editable ".[test]"
{
    echo "# Made by \`make constraints\`: the exact Python packages that were tested together. Do not edit."
    pip freeze --all --exclude-editable | grep -v -i '^\(pip\|wheel\)==' | sort --ignore-case
} >"$scratch/constraints.txt"

grep '==' "$scratch/constraints.txt" >"$scratch/requirements.txt"
for python in 3.11 3.12 3.13; do
    for machine in x86_64 aarch64; do
        echo "constraints: wheels for Python $python on $machine"
        pip install --dry-run --no-deps --target "$scratch/none" --only-binary=:all: --implementation cp \
            --python-version "$python" --platform "manylinux_2_28_$machine" --platform "manylinux_2_17_$machine" \
            --platform "manylinux2014_$machine" --platform "manylinux1_$machine" --requirement "$scratch/requirements.txt"
    done
done
cp "$scratch/constraints.txt" "$target"
echo "constraints: hashes of the image's wheels"
"$scratch/venv/bin/python" image-build/image/wheels.py "$scratch/wheels"
echo "constraints: $(grep -c '==' "$target") packages pinned in $target"
