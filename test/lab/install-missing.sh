#!/usr/bin/env bash
# Installs what the lab (or the tests) need and this machine lacks: npm packages from the lock file, Debian packages
# from the machine's own apt sources. Quiet and quick when nothing is missing.
# Usage: install-missing.sh [lab|test|capture]
set -euo pipefail
cd "$(dirname "$0")/../.."

lab=(systemd-container mmdebstrap nftables iproute2 openssh-client dnsmasq-base debian-archive-keyring
  nsd pebble openssl)
capture=("${lab[@]}" ansible-core)
test=("${lab[@]}" bind9-dnsutils chromium fonts-dejavu-core curl wget gnupg)

fail() {
  printf 'install-missing: %s\n' "$@" >&2
  exit 1
}

case "${1:-lab}" in
  lab) wanted=("${lab[@]}") ;;
  test) wanted=("${test[@]}") ;;
  capture) wanted=("${capture[@]}") ;;
  *) fail "usage: test/lab/install-missing.sh [lab|test|capture]" ;;
esac

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Says what it does in one line; the command's own output is shown only if it fails.
step() {
  local title=$1
  shift
  echo "$title"
  "$@" </dev/null >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    fail "this failed: $*"
  }
}

node_modules_is_current() {
  # npm writes the first file at the end of an installation. The second keeps what was installed, so that a lock
  # file that was only touched, as a checkout does, does not count as a new one.
  [[ node_modules/.package-lock.json -nt package-lock.json ]] ||
    cmp -s package-lock.json node_modules/.installed-from-lock.json
}

command -v node >/dev/null && command -v npm >/dev/null || fail "Node.js 20 or later, with npm, is needed"
[[ $(node -p 'process.versions.node.split(".")[0]') -ge 20 ]] ||
  fail "Node.js 20 or later is needed; this is $(node --version)"

if ! node_modules_is_current; then
  step "installing npm packages from package-lock.json" npm ci --no-audit --no-fund
fi
cmp -s package-lock.json node_modules/.installed-from-lock.json ||
  cp package-lock.json node_modules/.installed-from-lock.json

is_debian=$(. /etc/os-release 2>/dev/null && [[ ${ID:-} = debian && ${VERSION_ID:-0} -ge 12 ]] && echo yes || true)
[[ $is_debian = yes ]] || fail "the lab needs Debian 12 or later" "tests that need no lab: npm run test:unit"
[[ $(id -u) = 0 ]] || fail "the lab needs root: run it as root or with sudo" "tests that need no lab: npm run test:unit"

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status = installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

# The lab starts its own servers and ends them. Of these packages only nsd has a service, which would take port 53:
# it is neither started now nor with the machine. A policy-rc.d that is there already decides for itself.
policy=/usr/sbin/policy-rc.d
if [[ " ${missing[*]} " = *" nsd "* && ! -e $policy ]]; then
  trap 'rm -f "$log" "$policy"' EXIT
  printf '#!/bin/sh\ncase $1 in nsd | nsd.service) exit 101 ;; esac\n' >$policy
  chmod 755 $policy
fi
install=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 --no-install-recommends
  install "${missing[@]}")
echo "installing Debian packages: ${missing[*]}"
if ! "${install[@]}" </dev/null >"$log" 2>&1; then
  # A machine that has no package lists, or old ones. An entry that cannot be updated need not be one that matters.
  echo "updating apt's package lists first"
  apt-get -q -o DPkg::Lock::Timeout=120 update </dev/null >"$log" 2>&1 || true
  step "installing them now" "${install[@]}"
fi
if [[ " ${missing[*]} " = *" nsd "* ]]; then update-rc.d nsd disable; fi
