#!/bin/bash
# Every test but the long ones, three files at a time (many wait more than they work); then, one by one, those that watch pictures and sounds (mark `alone`).
#
#   tests/run.sh [what pytest takes: -k portal, tests/cache, --durations=20]
set -uo pipefail
cd "$(dirname "$0")/.."
none_of_these=5  # pytest's exit status where nothing was left to run
ran=0

part() {
    .venv/bin/pytest "$@"
    local status=$?
    if [ $status = 0 ]; then ran=1; fi
    return $((status == none_of_these ? 0 : status))
}

part -n 3 --dist loadfile --no-loadscope-reorder -m "not soak and not alone" "$@"
together=$?
part -m "not soak and alone" "$@"
alone=$?
if [ $together != 0 ]; then exit $together; fi
if [ $alone != 0 ]; then exit $alone; fi
if [ $ran = 0 ]; then exit $none_of_these; fi
