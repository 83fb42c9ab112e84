import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint as fingerprintOf } from "../../../runner/transport/host-keys.ts";
import { hostKey, known, sshScene, userKey, usual } from "./ssh-scene.ts";
import { type Key, newKey } from "./ssh-server.ts";

const rsaHostKey = newKey("rsa");
const fingerprint = ({ public: line }: Key) => fingerprintOf(Buffer.from(line.split(" ")[1] ?? "", "base64"));
const escaped = (text: string) => text.replace(/[+/]/g, "\\$&");

describe("a connection over ssh knows the host", () => {
  const { enter, passes, fails } = sshScene();

  it("by its address, by the inventory's name, by a hashed name", async () => {
    const id_ed25519 = userKey.private;
    await passes({ files: { known_hosts: known(hostKey, "[mail.example]:PORT"), id_ed25519 } });
    await passes({ files: { more: known(), id_ed25519 }, knownHosts: ["more"] });
  });

  it("by whichever type of key is known", async () => {
    const hostKeys = [hostKey, rsaHostKey];
    for (const key of hostKeys) {
      await passes({ server: { hostKeys }, files: { ...usual, known_hosts: known(key) } });
    }
  });

  it("by the alias that the configuration gives, whatever the port", async () => {
    const files = { ...usual, known_hosts: known(hostKey, "relay"), config: "HostKeyAlias relay\n" };
    await passes({ files });
  });

  it("or says how to get to know it, and does not log in", async () => {
    const server = await fails(
      /the host key of mail.example \(127.0.0.1\) is not known: ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}$/,
      /ssh-keygen -lf \/etc\/ssh\/ssh_host_ed25519_key.pub.*ssh-keyscan -p [0-9]+ -t ed25519 127.0.0.1 >> ~\/.ssh\/known_hosts; .*--known-hosts FILE, .* --accept-new-host-keys$/,
      { files: { id_ed25519: userKey.private, known_hosts: known(hostKey, "127.0.0.1") } },
    );
    deepStrictEqual(server.log, []);
  });

  it("or asks, and remembers what was confirmed, by the inventory's name and by the address", async () => {
    const id_ed25519 = userKey.private;
    const asked: string[] = [];
    for (const answer of ["yes", fingerprint(hostKey)]) {
      const { server, connecting, home } = await enter({
        files: { id_ed25519 },
        answers: ["what?", answer],
        asked,
      });
      await (await connecting).shell();
      const name = `[mail.example]:${server.port},[127.0.0.1]:${server.port}`;
      deepStrictEqual(readFileSync(join(home, ".ssh/known_hosts"), "utf8"), `${name} ${hostKey.public}\n`);
    }
    strictEqual(asked.length, 4);
    match(
      asked[0] ?? "",
      new RegExp(`mail.example \\(127.0.0.1\\) is not known: ssh-ed25519 ${escaped(fingerprint(hostKey))}`),
    );
  });

  it("or asks, and refuses when that is not confirmed", async () => {
    for (const answers of [["no"], [""], [undefined], ["maybe", "ja", "y"]]) {
      const server = await fails(/is not known/, undefined, {
        files: { id_ed25519: userKey.private },
        answers,
      });
      deepStrictEqual(server.log, []);
    }
  });

  it("or takes the first key unseen where that is wanted, and no other after it", async () => {
    const known_hosts = "# without a line end";
    const scene = { files: { id_ed25519: userKey.private, known_hosts }, acceptNewHostKeys: true };
    const { server, connecting, home } = await enter(scene);
    await (await connecting).shell();
    const written = readFileSync(join(home, ".ssh/known_hosts"), "utf8");
    match(written, /^# without a line end\n\[mail.example\]:\d+,\[127.0.0.1\]:\d+ ssh-ed25519 \S+\n$/);
    const later = written.replaceAll(String(server.port), "PORT");
    const files = { id_ed25519: userKey.private, known_hosts: later };
    const hostKeys = [newKey()];
    for (const more of [{ acceptNewHostKeys: true }, { answers: ["yes"] }])
      await fails(/has changed/, undefined, { files, server: { hostKeys }, ...more });
    await fails(/no host key of a type that is known/, undefined, {
      ...{ files, server: { hostKeys: [rsaHostKey] }, acceptNewHostKeys: true },
    });
    await fails(/is revoked/, undefined, {
      files: { ...files, known_hosts: `@revoked * ${hostKey.public}\n` },
      acceptNewHostKeys: true,
    });
  });

  it("and refuses a key that has changed, naming the line", async () => {
    const server = await fails(
      /has changed: known is ssh-ed25519 SHA256:.*known_hosts:2\), but the host has ssh-ed25519 SHA256/,
      /somebody may be in between.*replace line 2 of/,
      { files: { ...usual, known_hosts: `# mine\n${known(newKey())}` } },
    );
    deepStrictEqual(server.log, []);
  });

  it("and refuses a host that has only other types of key than are known", async () => {
    await fails(/no host key of a type that is known: known is ssh-rsa/, /in between/, {
      files: { ...usual, known_hosts: known(rsaHostKey) },
    });
  });

  it("and refuses a revoked key", async () => {
    await fails(/is revoked \(.*known_hosts:2\)/, /new key/, {
      files: { ...usual, known_hosts: `${known()}@revoked * ${hostKey.public}\n` },
    });
  });

  it("and says so when it has no certificate although an authority is known", async () => {
    await fails(
      /is not known: .*it shows no certificate; an authority is known by .*known_hosts:1\)/,
      undefined,
      {
        files: { ...usual, known_hosts: `@cert-authority * ${newKey().public}\n` },
      },
    );
  });

  it("and says when a file of --known-hosts is missing", async () => {
    await fails(/cannot read the known hosts of .*gone: ENOENT/, undefined, { knownHosts: ["gone"] });
  });
});
