// What ssh's own files say: known_hosts and ~/.ssh/config. Lines that are not understood are passed over, and never make
// a key trusted that stands in none of them; a configuration is read, or refused in a sentence.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jumpsBefore } from "../../../runner/transport/jumps.ts";
import { entriesFor, judge, lookupName, parseKnownHosts } from "../../../runner/transport/known-hosts.ts";
import { readSshSettings } from "../../../runner/transport/ssh-config.ts";
import { Unreachable } from "../../../runner/transport/transport.ts";
import type { Target } from "../target.ts";

/** A key as it travels: the type and 32 bytes. */
function keyOf(fill: number, type = "ssh-ed25519"): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, fill)]);
}

const OURS = keyOf(1).toString("base64");
const OTHER = keyOf(2).toString("base64");
const STRANGE = keyOf(3);
const salt = Buffer.alloc(20, 7);
const hashed = `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update("mail.example").digest("base64")}`;

export const knownHostsTarget: Target = {
  name: "known_hosts",
  corpus: [
    `mail.example ssh-ed25519 ${OURS} comment\n[mail.example]:2222 ssh-ed25519 ${OTHER}\n`,
    `${hashed} ssh-ed25519 ${OURS}\n@revoked * ssh-ed25519 ${OTHER}\n`,
    `# comment\n@cert-authority *.example,!x.example ssh-ed25519 ${OTHER}\n\nmail.example,192.0.2.1 ssh-rsa AAAA\n`,
  ].map((text) => Buffer.from(text)),
  tokens: [
    "mail.example",
    "*",
    "?",
    "!",
    ",",
    "|1|",
    "|",
    "@revoked ",
    "@cert-authority ",
    "ssh-ed25519 ",
    "ssh-rsa ",
    OURS,
    OTHER,
    " ",
    "\n",
    "[",
    "]:22",
  ],
  check(input) {
    const known = parseKnownHosts(input.toString("utf8"), "known_hosts");
    for (const port of [22, 2222]) {
      const entries = entriesFor(known, [lookupName("mail.example", port)]);
      const verdict = judge(entries, STRANGE);
      const stands = entries.some(({ key, marker }) => marker === "none" && key.equals(STRANGE));
      assert.ok(verdict.kind !== "trusted" || stands, "a key is trusted that stands in no line");
      const revoked = entries.some(({ key, marker }) => marker === "revoked" && key.equals(keyOf(2)));
      assert.equal(judge(entries, keyOf(2)).kind === "revoked", revoked);
    }
  },
};

export async function sshConfigTarget(): Promise<Target> {
  const home = mkdtempSync(join(tmpdir(), "fuzz-"));
  mkdirSync(join(home, ".ssh"));
  return {
    name: "ssh_config",
    corpus: [
      "Host mail.example *.example !x\n  HostName 192.0.2.1\n  Port 2222\n  User root\n  IdentityFile ~/.ssh/%h_%p\n  ProxyJump a,me@b:22\n",
      'Include other*\nMatch host mail.example user root\n  UserKnownHostsFile "/a b" /c\n  IdentitiesOnly yes\nMatch all\n  IdentityAgent $SOCK\n',
      `Match !host a,*.b originalhost=mail.* localuser "me"\n  User 'x y'\nMatch final\nMatch canonical all\n  Include ~/none* other\n`,
      "# comment\nHost=*\n\tHostKeyAlias x\n\tProxyCommand none\n",
    ].map((text) => Buffer.from(text)),
    tokens: [
      "Host ",
      "Match ",
      "host ",
      "all",
      "exec ",
      "final ",
      "originalhost ",
      "localuser ",
      "\\",
      "'",
      "CertificateFile ",
      "$" + "{SOCK}",
      "Include ",
      "~/.ssh/config",
      "ProxyJump ",
      "none",
      "%h",
      "%",
      '"',
      "=",
      "\n  ",
      "\n",
      "*",
      "!",
      "Port ",
      "ssh://[::1]:22/",
      ",",
    ],
    async check(input) {
      writeFileSync(join(home, ".ssh/config"), input);
      const target = { name: "mail.example", kind: "ssh", address: "mail.example" } as const;
      try {
        const settings = await readSshSettings(target, {
          home,
          user: "me",
          env: {},
          sshConfig: join(home, "ssh_config"),
        });
        assert.equal(typeof settings.hostname, "string");
        jumpsBefore(settings.proxyJump, { names: [settings.hostname], port: settings.port });
        assert.ok(
          Number.isInteger(settings.port) && settings.port > 0 && settings.port < 65536,
          `port ${settings.port}`,
        );
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        assert.ok(error.message !== "");
      }
    },
    end: async () => rmSync(home, { recursive: true }),
  };
}
