#!/usr/bin/env bash
# Every gate of the house, defined here and nowhere else. `make test` and CI run this file.
# Linters all run, so that one round shows all their findings; then the first failing gate stops.
set -uo pipefail
cd "$(dirname "$0")/.."

MOST_AGAIN=5             # tests that failed and are tried once more, alone
DECIDING_COVERAGE=98     # percent of lines and branches, packages that decide
DOING_COVERAGE=95        # percent, everything else
DECIDING='ivr/domain/*,ivr/flow/*,ivr/engine/*,ivr/media/*,ivr/acd/*,ivr/surveys/*,ivr/tickets/*,ivr/reports/*'
DECIDING="$DECIDING,ivr/channels/*/wire/*,ivr/channels/*/wire.py"

export PATH="$PWD/.venv/bin:$PATH"
# Every worker of pytest and every server that a test starts would compile all of it anew.
unset PYTHONDONTWRITEBYTECODE
summary=''               # pytest's last line, repeated at the very end
began=$SECONDS
apart=$(mktemp -d)       # what the gates beside each other have to say
trap 'rm -rf "$apart"' EXIT

# gate NAME COMMAND...: run one gate, print its name, verdict and seconds; its code is returned.
gate() {
  local name=$1 start=$SECONDS code=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || code=$?
  if [ "$code" = 0 ]; then
    printf -- '-- %s: good, %d s\n' "$name" $((SECONDS - start))
  else
    printf -- '-- %s: FAILED (exit %d), %d s\n' "$name" "$code" $((SECONDS - start))
  fi
  return "$code"
}

finish() {
  printf '\n== %s after %d s\n' "$1" $((SECONDS - began))
  if [ -n "$summary" ]; then printf '%s\n' "$summary"; fi
  exit "$2"
}

must() { gate "$@" || finish "stopped at $1" 1; }

# beside NAME COMMAND...: start a gate beside the others; `shown` waits for it and prints all of it.
beside() {
  gate "$@" >"$apart/said" 2>&1 &
  aside=$!
}

shown() {
  local code=0
  wait "$aside" || code=$?
  cat "$apart/said"
  return "$code"
}

# Every file of tests is read once before the workers start, which then find it compiled.
collect() {
  local code=0
  pytest --collect-only -qq -p no:cacheprovider >"$apart/collected" 2>&1 || code=$?
  [ "$code" = 0 ] || cat "$apart/collected"
  return "$code"
}

# Some tests hear sound as it goes by, or wait for a browser: on a busy machine one of 20,000 may be
# late. A few that failed are tried once more with nothing beside them; what is wrong fails again.
again() {
  printf '\n== failed, and once more alone:\n'
  grep -E '^(FAILED|ERROR) ' "$1"
  pytest --last-failed --last-failed-no-failures none --durations=0 --durations-min=1 --color=no
}

# Two workers a processor: many tests wait for other programs. Those that go by the clock are all on
# one of them, and come first (tests/scheduling.py).
run_tests() {
  local output="$apart/tests" code=0
  pytest -n $(($(getconf _NPROCESSORS_ONLN) * 2)) --durations=10 --durations-min=1 --cov --cov-report= --color=no 2>&1 | tee "$output" || code=$?
  if [ "$code" = 1 ] && [ "$(grep -cE '^(FAILED|ERROR) ' "$output")" -le "$MOST_AGAIN" ]; then
    again "$output" && code=0
  fi
  summary=$(grep -E '^(=+ )?[0-9]+ (passed|failed|skipped|error|xfailed|xpassed|warning).* in [0-9.]+s' "$output" | tail -n 1)
  return "$code"
}

lint=0
# mypy keeps one processor busy for as long as all the rest together. benchmarks/ may be absent in a
# source archive.
beside 'mypy' mypy $(ls -d ivr tests benchmarks 2>/dev/null)
gate 'ruff check' ruff check . || lint=1
gate 'ruff format' ruff format --check --quiet . || lint=1
gate 'import contracts' lint-imports --no-logo || lint=1
gate 'ivr check flows/' ivr check flows/ || lint=1
gate 'ivr test flows/' ivr test flows/ || lint=1
gate 'every test can be read' collect || lint=1
shown || lint=1
[ "$lint" = 0 ] || finish 'stopped: the linters found something' 1

must 'tests' run_tests
low=0
beside "coverage, deciding >= $DECIDING_COVERAGE %" coverage report --include="$DECIDING" --fail-under="$DECIDING_COVERAGE"
gate "coverage, the rest >= $DOING_COVERAGE %" coverage report --omit="$DECIDING" --fail-under="$DOING_COVERAGE" || low=1
shown || low=1
[ "$low" = 0 ] || finish 'stopped: coverage is low' 1
finish 'every gate is good' 0
