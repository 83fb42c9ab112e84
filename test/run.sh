#!/usr/bin/env bash
# npm test: everything from nothing. Installs what is missing, then runs all the checks, also after one has failed.
# The last line reads "N passed, N failed"; lint and types count as one each. Exit status 0 if none failed.
set -uo pipefail
cd "$(dirname "$0")/.."
exec </dev/null

# A guard against a run that hangs. All takes less than 20 minutes on two cores that have nothing else to do.
integration_seconds=${CHATMAIL_TEST_SECONDS:-3000}

passed=0
failed=0
broken=()
output=$(mktemp)
child=

end_labs() {
  # Only labs whose process has ended, such as those of a mocha that was killed.
  [[ -d ${CHATMAIL_LAB_CACHE:-.cache/lab} && $(id -u) = 0 ]] && node --import tsx test/lab/cli.ts sweep
}

# What mocha started is in timeout's process group. It gets a moment to take its labs down.
end_group() {
  local group=$1
  for _ in $(seq 100); do
    kill -0 -- "-$group" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$group" 2>/dev/null
  sleep 0.2
}

finish() {
  if [[ -n $child ]]; then
    kill -TERM "$child" 2>/dev/null
    end_group "$child"
  fi
  end_labs
  rm -f "$output"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  failed=$((failed + $1))
  broken+=("$2")
}

# A check that passes or fails as a whole.
check() {
  local name=$1
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then passed=$((passed + 1)); else fail 1 "$name"; fi
}

# The number before a word in mocha's own summary, its last lines; a test that prints such a line comes before them.
count() {
  local number
  number=$(sed 's/\x1b\[[0-9;]*m//g' "$output" | sed -nE "s/^ +([0-9]+) $1( \(.*\))?\$/\1/p" | tail -n 1)
  echo "${number:-0}"
}

# Runs mocha in a process group of its own, so that a run that takes too long ends with all that it started.
mocha() {
  local name=$1 seconds=$2 status=0
  shift 2
  printf '\n== %s\n' "$name"
  : >"$output"
  timeout --kill-after=15 "$seconds" npx mocha --forbid-only "$@" >"$output" 2>&1 &
  child=$!
  tail --pid="$child" --follow --lines=+1 --sleep-interval=0.1 "$output" &
  wait "$child" || status=$?
  wait
  end_group "$child"
  child=
  local good bad
  good=$(count passing)
  bad=$(count failing)
  [[ $status = 124 || $status = 137 ]] && echo "$name: ended after $seconds seconds"
  # No summary, or one that does not fit the exit status: the run itself broke.
  if [[ $bad = 0 && ($status != 0 || $good = 0) ]]; then bad=1; fi
  passed=$((passed + good))
  [[ $bad = 0 ]] || fail "$bad" "$name"
}

bash test/lab/install-missing.sh test || fail 1 "install-missing"
check lint npm run --silent lint
check typecheck npm run --silent typecheck
mocha "unit tests" 900 --exit 'test/{unit,differential}/**/*.test.ts'
# Two files at a time: each mostly waits for its hosts.
mocha "integration tests" "$integration_seconds" --config test/integration/.mocharc.json --parallel --jobs 2 --exit \
  'test/integration/**/*.test.ts'

[[ ${#broken[@]} = 0 ]] || printf '\nfailed: %s\n' "$(IFS=,; echo "${broken[*]}" | sed 's/,/, /g')"
[[ $failed = 0 ]] && status=0 || status=1
trap - EXIT
finish
printf '\n%d passed, %d failed\n' "$passed" "$failed"
exit "$status"
