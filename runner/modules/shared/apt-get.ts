// The shell around apt-get(8): never asks, waits for locks, finishes what an interrupted dpkg left, and
// says what to do when it cannot.

import { quote } from "../../transport/quote.ts";

export interface AptGet {
  /** Seconds to wait for another apt or dpkg. */
  readonly lockTimeout: number;
  readonly recommends: boolean | undefined;
  /** Exit status of a policy-rc.d that stands in while packages are installed: 101 keeps services from starting. */
  readonly policyRcD: number | undefined;
  readonly defaultRelease: string | undefined;
}

/** Functions `apt_update` and `apt_do ARGUMENTS`, and what must hold while they run. */
export function aptFunctions({ lockTimeout, recommends, policyRcD, defaultRelease }: AptGet): string {
  const options = [
    "-q",
    "-y",
    "-o Dpkg::Use-Pty=0",
    "-o Dpkg::Options::=--force-confdef",
    "-o Dpkg::Options::=--force-confold",
    ...(recommends === undefined ? [] : [`-o APT::Install-Recommends=${recommends}`]),
    ...(defaultRelease === undefined ? [] : [`-t ${quote(defaultRelease)}`]),
  ].join(" ");
  return `export LC_ALL=C DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l
waited=
deadline=$(($(date +%s) + ${lockTimeout}))
complain() {
  printf '%s\\n' "$out" | grep -v -e '^$' -e '^Reading ' -e '^Building ' | tail -n 25 >&2
  case $out in
    *'Could not get lock'*|*'Unable to acquire the dpkg frontend lock'*)
      echo 'another apt or dpkg is at work; it was waited for ${lockTimeout} seconds' >&2 ;;
    *'Unable to locate package'*|*'has no installation candidate'*|*"Version '"*"was not found"*)
      have=
      for f in /var/lib/apt/lists/*_Packages*; do if [ -e "$f" ]; then have=1; break; fi; done
      if [ -z "$have" ]; then echo "apt's lists of packages are empty: set update_cache: true" >&2
      else echo "the lists may be old: set update_cache: true" >&2; fi ;;
  esac
  exit 1
}
apt_update() {
  until out=$(apt-get -q -o APT::Update::Error-Mode=any update 2>&1); do
    case $out in *'Could not get lock'*) ;; *) complain ;; esac
    if [ "$(date +%s)" -ge "$deadline" ]; then complain; fi
    waited=1
    sleep 1
  done
  touch /var/lib/apt/lists
  : >"$T/fetched"
}
tried() { out=$(apt-get ${options} -o DPkg::Lock::Timeout="$patience" "$@" 2>&1); }
apt_do() {
  # Where nobody looks, apt does not tell that it waits: so it does not wait at first.
  patience=0
  until tried "$@"; do
    case $patience$out in
      0*'Could not get lock'*|0*'Unable to acquire the dpkg frontend lock'*) waited=1 patience=${lockTimeout} ;;
      *'dpkg was interrupted'*) out=$(dpkg --force-confdef --force-confold --configure -a 2>&1) || complain ;;
      *) complain ;;
    esac
  done
  if [ -n "$waited" ]; then echo 'note: another apt or dpkg was at work, and was waited for'; fi
}${policyRcD === undefined ? "" : `\n${policyFunctions(policyRcD)}`}`;
}

/**
 * A policy that is left behind by a killed run means nothing: it holds only while the process lives that put
 * it there. One that was there before comes back.
 */
function policyFunctions(status: number): string {
  return `policy=/usr/sbin/policy-rc.d
mark='put here by chatmail-play'
if [ -e "$policy" ] && ! grep -q "$mark" "$policy"; then mv -f -- "$policy" "$policy.before-chatmail-play"; fi
unpolicy() {
  rm -f -- "$policy"
  if [ -e "$policy.before-chatmail-play" ]; then mv -f -- "$policy.before-chatmail-play" "$policy"; fi
}
trap unpolicy EXIT
trap 'exit 1' HUP INT TERM
printf '#!/bin/sh\\n# %s while packages are installed\\n[ -d /proc/%s ] || exit 0\\nexit %s\\n' "$mark" $$ ${status} >"$policy"
chmod 0755 "$policy"`;
}
