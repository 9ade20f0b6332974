#!/bin/sh
# Carries out the plan of this bundle (plan.json), step by step, and writes results.jsonl: see README.txt.
# Stopped and started again, it goes on where it stood.
#   RUNNER   a program that starts the interpreters, with its options: an emulator, `taskset -c 1`
#   RESULTS  where to write, in place of results.jsonl
cd "$(dirname "$0")" || exit 2
HERE=$PWD
RUNNER=${RUNNER-}
RESULTS=${RESULTS:-$HERE/results.jsonl}
case $RESULTS in /*) ;; *) RESULTS=$HERE/$RESULTS ;; esac

# The interpreters see this environment and nothing else.
clean() {
  env -i PATH="$PATH" LC_ALL=C TZ=UTC RESULTS="$RESULTS" RUNNER="$RUNNER" "$@"
}

is_done() {
  [ -f "$RESULTS" ] && grep -q "^{\"type\":\"done\",\"step\":$1}" "$RESULTS"
}

# One step by run.py: STEP SIDE HASHSEED WHAT. An interpreter that crashes is started again and leaves the test out.
step() {
  is_done "$1" && return 0
  echo "step $1 of $STEPS: $4"
  tries=0
  while [ $tries -lt 12 ]; do
    clean PYTHONHOME="$HERE/$2" @LIBRARY@PYTHONDONTWRITEBYTECODE=1 PYTHONNOUSERSITE=1 \
      PYTHONHASHSEED="$3" $RUNNER "$2/bin/python" run.py "$1" </dev/null
    status=$?
    is_done "$1" && return 0
    case $status in 130|2|126|127) break ;; esac
    tries=$((tries + 1))
  done
  echo "step $1 was not done (exit code $status): start $0 again to go on, or look what the interpreter says" >&2
  exit 1
}
