import { equal, match } from "node:assert/strict";
import { hintFor, withHint } from "../../../runner/engine/hints.ts";

describe("Failures whose cause is the host", () => {
  const cases: readonly (readonly [said: string, cause: RegExp])[] = [
    ["cat: write error: No space left on device", /^the disk of the host is full/],
    ["E: You don't have enough free space in /var/cache/apt/archives/.", /disk of the host is full/],
    ["mktemp: failed to create file via template '/etc/x': Read-only file system", /mounted read-only/],
    [
      "E: Release file for http://deb.debian.org/debian/dists/bookworm/InRelease is not valid yet (invalid for another 3h 2min 1s). Updates for this repository will not be applied.",
      /clock of the host is slow/,
    ],
    [
      "E: Release file for http://deb.debian.org/debian/dists/bookworm-updates/InRelease is expired (invalid since 2d 1h 5min 7s).",
      /clock of the host is fast, or the mirror/,
    ],
    [
      "The following signatures were invalid: EXPKEYSIG BDE6D2B9216EC7A8 Debian Security Archive Automatic Signing Key",
      /clock of the host is fast/,
    ],
    [
      "x509: certificate has expired or is not yet valid: current time 2020-01-01T00:00:00Z is before 2026-11-26T00:00:00Z",
      /clock of the host is slow/,
    ],
    [
      "Err:1 http://deb.debian.org/debian bookworm InRelease\n  Temporary failure resolving 'deb.debian.org'",
      /cannot resolve the name of its mirror/,
    ],
    ["Could not connect to deb.debian.org:80 (192.0.2.1), connection timed out", /cannot reach its mirror/],
    [
      "dpkg: error processing package postfix (--configure):\nE: Sub-process /usr/bin/dpkg returned an error code (1)",
      /only half configured: `dpkg --configure -a`/,
    ],
    [
      "E: Unmet dependencies. Try 'apt --fix-broken install'\nYou have unmet dependencies",
      /do not fit together/,
    ],
    [
      "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (apt-get)",
      /another apt or dpkg is at work on the host/,
    ],
    [
      "dpkg: error: dpkg frontend lock was locked by another process with pid 812\nE: Could not get lock",
      /another apt/,
    ],
    ["curl: (60) SSL certificate problem: certificate is not yet valid", /clock of the host is slow/],
    [
      "curl: (60) SSL certificate problem: certificate has expired",
      /clock of the host is fast, or that certificate/,
    ],
    ["curl: (6) Could not resolve host: deb.debian.org", /cannot resolve that name/],
    ["ssh: connect to host 192.0.2.1 port 22: No route to host", /no way there/],
    ["cat: /srv/mail/1: Input/output error", /disk of the host has errors/],
    ["fork: Cannot allocate memory", /out of memory/],
  ];
  for (const [said, cause] of cases) {
    it(`are told with the remedy: ${said.split("\n").at(-1)?.slice(0, 60)}`, () => {
      match(hintFor(said) ?? "", cause);
      match(withHint(`could not do it: ${said}`), /^could not do it: [\s\S]*\n[^\n]+$/);
    });
  }

  it("are told as they are when nothing more is known", () => {
    equal(withHint("could not write /x: Permission denied"), "could not write /x: Permission denied");
  });
});
