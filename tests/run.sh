#!/bin/bash
# Every test but the long ones, three files at a time (many wait more than they work); then, one by one, those that watch pictures and sounds (mark `alone`).
#
# What failed, if it is little, is tried once more with nothing beside it, and named: two cores of a busy machine are no
# projector. A test that needs its second try is a fault to mend; one that fails twice fails the run.
#
#   tests/run.sh [what pytest takes: -k portal, tests/cache, --durations=20]
set -uo pipefail
cd "$(dirname "$0")/.."
none_of_these=5  # pytest's exit status where nothing was left to run
some_failed=1
little=5
ran=0

again() {
    local failed
    case " $* " in *" -x "* | *maxfail* | *" --lf "*) return $some_failed ;; esac  # the others were not run, or not meant
    failed=$(grep -c ': true' .pytest_cache/v/cache/lastfailed 2>/dev/null)
    if [ "${failed:-0}" -eq 0 ] || [ "$failed" -gt $little ]; then return $some_failed; fi
    echo "matinee: $failed failed; once more, with nothing beside"
    .venv/bin/pytest "$@" -n 0 --last-failed --last-failed-no-failures none -v || return $some_failed
}

part() {
    .venv/bin/pytest --cache-clear "$@"
    local status=$?
    if [ $status = $some_failed ]; then
        again "$@"
        status=$?
    fi
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
