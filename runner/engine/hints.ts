// What to do about failures whose cause is the host itself: what coreutils, apt, dpkg and other programs say, and the
// remedy.

/** In order: of several that fit, the first says the cause. */
const HINTS: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /No space left on device|Disk quota exceeded|n't have enough free space/,
    "the disk of the host is full: `df -h` and `df -i` show which file system; free some space and run it again",
  ],
  [
    /Read-only file system/,
    "the file system is mounted read-only, as it is after errors of the disk: `dmesg` says why; repair it and run it again",
  ],
  [
    /Input\/output error|Structure needs cleaning/,
    "the disk of the host has errors: `dmesg` says which; copy what is on it before anything else",
  ],
  [
    /Could not get lock|lock is locked by another process|Unable to (?:acquire|lock) the (?:dpkg|administration)/,
    "another apt or dpkg is at work on the host: `ps -ef` there shows it; run it again when that has ended (the module apt waits for it, `apt-get -o DPkg::Lock::Timeout=600` does, too)",
  ],
  [
    /is not valid yet|(?:certificate|cert) is not yet valid|NotYetValid|current time \S+ is before/,
    "the clock of the host is slow: compare `date` with the true time, and let `timedatectl set-ntp true` keep it",
  ],
  [
    /Release file for .* is expired|EXPKEYSIG|KEYEXPIRED/,
    "the clock of the host is fast, or the mirror is no longer kept up: compare `date` with the true time, then look at /etc/apt/sources.list",
  ],
  [
    /certificate (?:has|is) expired/,
    "the clock of the host is fast, or that certificate has run out: compare `date` with the true time",
  ],
  [
    /Temporary failure in name resolution|Could not resolve host|Name or service not known|unable to resolve host address/i,
    "the host cannot resolve that name: look at /etc/resolv.conf and at the name servers there",
  ],
  [
    /Temporary failure resolving|Could not resolve/,
    "the host cannot resolve the name of its mirror: look at /etc/resolv.conf and at the name servers there",
  ],
  [
    /Could not connect to|Unable to connect to|Cannot initiate the connection/,
    "the host cannot reach its mirror: look at its network, at its proxy (`apt-config dump Acquire`) and at /etc/apt/sources.list",
  ],
  [
    /Connection timed out|Network is unreachable|No route to host/,
    "the host has no way there: look at its network (`ip address`, `ip route`) and at firewalls between",
  ],
  [
    /dpkg was interrupted|Sub-process \/usr\/bin\/dpkg returned an error|dependency problems - leaving unconfigured/,
    "a package is only half configured: `dpkg --configure -a` on the host says which and why",
  ],
  [
    /unmet dependencies|held broken packages/,
    "packages on the host do not fit together: `apt-get --fix-broken install` there mends it, `apt-mark showhold` names what is held",
  ],
  [
    /Cannot allocate memory|Out of memory|oom-kill/,
    "the host is out of memory: `free -h` and `dmesg` tell more",
  ],
  [
    /Too many open files in system|fork: retry|Resource temporarily unavailable/,
    "the host has no processes or files left: `systemctl status` shows what uses them",
  ],
];

/** A line that says what to do, where the cause is known. */
export function hintFor(said: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(said))?.[1];
}

/** The message with the remedy below it, where the message or what a program said beside it tells the cause. */
export function withHint(message: string, ...said: readonly string[]): string {
  const hint = hintFor([message, ...said].join("\n"));
  return hint === undefined ? message : `${message}\n${hint}`;
}
