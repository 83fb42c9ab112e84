// Certificates as ssh-keygen makes them.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { userKeyIn, vouchedKey } from "../../../runner/transport/certificate.ts";

const KINDS = ["ed25519", "ecdsa", "rsa"];
const there = spawnSync("ssh-keygen", ["-?"]).error === undefined;

(there ? describe : describe.skip)("a certificate of a host key", function () {
  this.timeout(30_000);
  let directory: string;
  const at = (name: string) => join(directory, name);
  const keygen = (...args: string[]) =>
    execFileSync("ssh-keygen", ["-q", ...args], { cwd: directory, stdio: "pipe" });
  const blob = (name: string) => Buffer.from(readFileSync(at(name), "utf8").split(" ")[1] ?? "", "base64");
  const sign = (authority: string, host: string, ...options: string[]) => {
    keygen("-s", at(`ca_${authority}`), "-I", "id", ...options, at(`host_${host}.pub`));
    return blob(`host_${host}-cert.pub`);
  };
  const expected = (authority = "ed25519") => ({
    names: ["mail.example", "192.0.2.1"],
    authorities: [blob(`ca_${authority}.pub`)],
    now: Date.now(),
  });
  const why = (certificate: Buffer, of = expected()) => {
    const vouched = vouchedKey(certificate, of);
    return vouched.key === undefined ? vouched.why : "it is accepted";
  };

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "certificates-"));
    for (const kind of KINDS)
      for (const name of ["ca", "host"]) keygen("-t", kind, "-N", "", "-f", at(`${name}_${kind}`));
  });
  after(() => rmSync(directory, { recursive: true }));

  for (const authority of KINDS) {
    it(`vouches for keys of all kinds when ${authority} signs`, () => {
      for (const host of KINDS) {
        const certificate = sign(authority, host, "-h", "-n", "x.example,mail.example", "-V", "-1d:+1d");
        assert.deepEqual(vouchedKey(certificate, expected(authority)), { key: blob(`host_${host}.pub`) });
      }
    });
  }

  it("vouches for nothing when it is another's, another kind, for other names, or of another time", () => {
    const good = ["-h", "-n", "mail.example"];
    assert.match(why(sign("ecdsa", "rsa", ...good)), /another authority/);
    assert.match(why(sign("ed25519", "rsa", "-n", "mail.example")), /for a user/);
    assert.match(why(sign("ed25519", "rsa", "-h", "-n", "other.example")), /"id" is for other.example/);
    assert.match(why(sign("ed25519", "rsa", "-h")), /is for no host/);
    assert.match(why(sign("ed25519", "rsa", ...good, "-V", "+1d:+2d")), /not valid yet/);
    assert.match(why(sign("ed25519", "rsa", ...good, "-V", "-2d:-1d")), /valid no more/);
    assert.match(why(blob("host_rsa.pub")), /its type ssh-rsa is not known/);
  });

  it("of a user tells which key it is for, and is none when it is a host's, a bare key or cut off", () => {
    for (const kind of KINDS) {
      const certificate = sign("ed25519", kind, "-n", "root");
      assert.deepEqual(userKeyIn(certificate), blob(`host_${kind}.pub`));
      assert.equal(userKeyIn(certificate.subarray(0, 60)), undefined);
    }
    assert.equal(userKeyIn(sign("ed25519", "rsa", "-h", "-n", "mail.example")), undefined);
    assert.equal(userKeyIn(blob("host_rsa.pub")), undefined);
  });

  it("vouches for nothing when a single bit of it is another", () => {
    const certificate = sign("ed25519", "ed25519", "-h", "-n", "mail.example");
    for (let index = 0; index < certificate.length; index++) {
      const altered = Buffer.from(certificate);
      altered[index] = (altered[index] ?? 0) ^ 1;
      assert.notEqual(why(altered), "it is accepted", `byte ${index}`);
      assert.notEqual(why(certificate.subarray(0, index)), "it is accepted", `${index} bytes`);
    }
  });
});
