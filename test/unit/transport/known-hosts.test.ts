import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import {
  entriesFor,
  judge,
  keyType,
  lookupName,
  parseKnownHosts,
} from "../../../runner/transport/known-hosts.ts";

/** What would be a key of that type, for all that is known here. */
function key(type: string, seed = "a"): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(`\0\0\0\x20${seed.repeat(32)}`)]);
}
const line = (hosts: string, type = "ssh-ed25519", seed = "a") =>
  `${hosts} ${type} ${key(type, seed).toString("base64")}`;
function hashed(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}
const verdict = (text: string, names: string[], seen = key("ssh-ed25519")) =>
  judge(entriesFor(parseKnownHosts(text, "known_hosts"), names), seen);

describe("known_hosts", () => {
  const found: [hosts: string, name: string, known: boolean][] = [
    ["mail.example", "mail.example", true],
    ["mail.example", "MAIL.example", true],
    ["Mail.Example", "mail.example", true],
    ["mail.example,192.0.2.1", "192.0.2.1", true],
    ["mail.example", "xmail.example", false],
    ["mail.example", "mail.example.org", false],
    ["*.example", "mail.example", true],
    ["*.example", "example", false],
    ["ma?l.example", "mail.example", true],
    ["ma?l.example", "mal.example", false],
    ["*", "anything", true],
    ["*a*b*c", "xxaxxbxxbxxc", true],
    ["*a*b*c", "xxaxxbxxcx", false],
    ["*.example,!mail.example", "mail.example", false],
    ["!mail.example,*.example", "mail.example", false],
    ["!other.example,*.example", "mail.example", true],
    ["!other.example", "mail.example", false],
    ["[mail.example]:2222", "mail.example", false],
    ["2001:db8::1", "2001:DB8::1", true],
    [hashed("mail.example"), "mail.example", true],
    [hashed("mail.example"), "other.example", false],
    ["|2|AAAA|AAAA", "mail.example", false],
    ["|1|AAAA", "mail.example", false],
    ["|1|AAAA|AAAA|AAAA", "mail.example", false],
    ["", "mail.example", false],
    [",", "mail.example", false],
    ["mail.example.", "mail.example", false],
  ];
  for (const [hosts, name, known] of found) {
    it(`${known ? "knows" : "does not know"} ${name} by "${hosts.startsWith("|") ? "a hashed name" : hosts}"`, () => {
      strictEqual(verdict(line(hosts), [lookupName(name, 22)]).kind, known ? "trusted" : "unknown");
    });
  }

  it("keeps hosts at other ports apart", () => {
    const names = [lookupName("mail.example", 2222)];
    strictEqual(names[0], "[mail.example]:2222");
    strictEqual(verdict(line("[mail.example]:2222"), names).kind, "trusted");
    strictEqual(verdict(line(hashed("[mail.example]:2222")), names).kind, "trusted");
    strictEqual(verdict(line("mail.example"), names).kind, "unknown");
  });

  it("is satisfied when the key is right under one of the host's names", () => {
    const text = `${line("192.0.2.1", "ssh-ed25519", "old")}\n${line("mail.example")}`;
    strictEqual(verdict(text, ["mail.example", "192.0.2.1"]).kind, "trusted");
    strictEqual(verdict(text, ["192.0.2.1"]).kind, "changed");
  });

  it("tells a changed key from an unknown one, and where the known one is", () => {
    const text = `# comment\n\n${line("mail.example", "ssh-rsa", "r")}\n${line("mail.example", "ssh-ed25519", "b")}\n`;
    const found = verdict(text, ["mail.example"]);
    ok(found.kind === "changed");
    deepStrictEqual(
      [found.known.file, found.known.line, found.known.type],
      ["known_hosts", 4, "ssh-ed25519"],
    );
  });

  it("takes a key of another type than all those known for a change", () => {
    const found = verdict(line("mail.example", "ssh-rsa"), ["mail.example"]);
    ok(found.kind === "changed");
    strictEqual(found.known.type, "ssh-rsa");
  });

  it("trusts each of several keys of one type", () => {
    const text = `${line("mail.example", "ssh-ed25519", "b")}\n${line("mail.example")}`;
    strictEqual(verdict(text, ["mail.example"]).kind, "trusted");
  });

  it("never trusts a revoked key, whatever else is said of it", () => {
    strictEqual(verdict(`${line("mail.example")}\n@revoked ${line("*")}`, ["mail.example"]).kind, "revoked");
    strictEqual(
      verdict(`@revoked ${line("*", "ssh-ed25519", "x")}\n${line("mail.example")}`, ["mail.example"]).kind,
      "trusted",
    );
  });

  it("knows that an authority's line is not the key of a host", () => {
    const found = verdict(`@cert-authority ${line("*.example")}`, ["mail.example"]);
    ok(found.kind === "unknown");
    strictEqual(found.authority?.line, 1);
  });

  it("passes over lines that it does not understand", () => {
    const lines = [
      "mail.example",
      "mail.example ssh-ed25519",
      "mail.example ssh-ed25519 AAAA",
      `mail.example ssh-rsa ${key("ssh-ed25519").toString("base64")}`,
      `@unheard-of ${line("mail.example")}`,
      `@cert-authority`,
      `#${line("mail.example")}`,
      "mail.example 1024 35 1234567",
      "\u0000\u0001\ufffd",
    ];
    deepStrictEqual(parseKnownHosts(lines.join("\n"), "known_hosts"), []);
    strictEqual(
      parseKnownHosts(`  ${lines.join("\r\n")}\r\n\t${line("mail.example")} a comment\r\n`, "f")[0]?.line,
      10,
    );
  });

  it("takes any text and any key without a crash", () => {
    const words = fc.constantFrom(
      "*",
      "?",
      "!",
      ",",
      "|1|",
      "|",
      "@revoked ",
      "@",
      "#",
      " ",
      "\n",
      "[",
      "]:",
      "ssh-rsa",
      line("*"),
      "a.example",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 40 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, fc.string(), fc.uint8Array({ maxLength: 100 }), (text, name, bytes) => {
        ok(verdict(text, [name], Buffer.from(bytes)).kind);
        keyType(Buffer.from(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it("is not slowed down by patterns of many stars", () => {
    const text = line(`${"*a".repeat(2000)}b`);
    strictEqual(verdict(text, ["a".repeat(5000)]).kind, "unknown");
  });
});
