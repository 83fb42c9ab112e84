import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { algorithms } from "../../../runner/transport/algorithms.ts";
import { readSshSettings } from "../../../runner/transport/ssh-config.ts";
import { type Target, Unreachable } from "../../../runner/transport/transport.ts";

const target: Target = { name: "mail.example", kind: "ssh", address: "mail.example" };

describe("settings from ~/.ssh/config", () => {
  let home: string;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), "ssh-config-"));
  });
  after(() => rm(home, { recursive: true }));
  const read = async (files: Record<string, string>, asked: Partial<Target> = {}, env = {}) => {
    await rm(join(home, ".ssh"), { recursive: true, force: true });
    for (const [name, text] of Object.entries(files)) {
      const file = join(home, ".ssh", name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return readSshSettings({ ...target, ...asked }, { home, user: "me", env });
  };

  it("are the usual ones without the file", async () => {
    deepStrictEqual(await read({}, {}, { SSH_AUTH_SOCK: "/agent" }), {
      hostname: "mail.example",
      port: 22,
      user: "me",
      proxyJump: undefined,
      privateKeyFile: undefined,
      identityFiles: [],
      certificateFiles: [],
      identitiesOnly: false,
      agent: "/agent",
      knownHostsFiles: [
        join(home, ".ssh/known_hosts"),
        join(home, ".ssh/known_hosts2"),
        "/etc/ssh/ssh_known_hosts",
        "/etc/ssh/ssh_known_hosts2",
      ],
      hostKeyAlias: undefined,
      strict: false,
      algorithms: {
        kexalgorithms: undefined,
        ciphers: undefined,
        macs: undefined,
        hostkeyalgorithms: undefined,
      },
    });
  });

  const config = `
    identityfile ~/.ssh/for_all
    Host mail.example relay
      HOSTNAME 192.0.2.1
      Port 2222
      User admin
      IdentityFile ~/.ssh/%r_at_%h_%p
      IdentitiesOnly yes
      UserKnownHostsFile ~/.ssh/mine "%d/.ssh/with blank"
      HostKeyAlias relay-key
    Host *
      Port 99
      User nobody
  `;

  it("are those of the sections that match, the first value first", async () => {
    const found = await read({ config });
    deepStrictEqual(
      [found.hostname, found.port, found.user, found.identitiesOnly, found.hostKeyAlias],
      ["192.0.2.1", 2222, "admin", true, "relay-key"],
    );
    deepStrictEqual(found.identityFiles, [
      join(home, ".ssh/for_all"),
      join(home, ".ssh/admin_at_192.0.2.1_2222"),
    ]);
    deepStrictEqual(found.knownHostsFiles.slice(0, 2), [
      join(home, ".ssh/mine"),
      join(home, ".ssh/with blank"),
    ]);
  });

  it("stand back behind the inventory's", async () => {
    const found = await read({ config }, { port: 23, user: "root", privateKeyFile: "~/key" });
    deepStrictEqual([found.port, found.user, found.privateKeyFile], [23, "root", join(home, "key")]);
  });

  it("are looked up by the address, as ssh would be given it", async () => {
    strictEqual((await read({ config }, { address: "relay" })).hostname, "192.0.2.1");
    strictEqual((await read({ config }, { address: "198.51.100.1" })).port, 99);
  });

  it("come from included files too", async () => {
    const found = await read(
      {
        config: "Include config.d/*.conf\nInclude missing\nHost *\n  Include plain\n  User last\n",
        "config.d/a.conf": "Host mail.example\n  Port 2200\n",
        "config.d/b.conf": "Host mail.example\n  Port 2300\n  HostName b.example\n",
        "config.d/c.txt": "Host *\n  HostName wrong.example\n",
        plain: "IdentityAgent none\n",
      },
      {},
      { SSH_AUTH_SOCK: "/agent" },
    );
    deepStrictEqual(
      [found.port, found.hostname, found.user, found.agent],
      [2200, "b.example", "last", undefined],
    );
  });

  it("that go in circles are an error and not the end of us", async () => {
    await rejects(read({ config: "Include config\n" }), Unreachable);
  });

  it("never run a command", async () => {
    const found = await read({ config: `Match exec "touch ${home}/ran"\n  Port 5\nMatch all\n  User x\n` });
    deepStrictEqual([found.port, found.user], [22, "x"]);
    await rejects(import("node:fs/promises").then(({ stat }) => stat(join(home, "ran"))));
  });

  it("name the hosts to go through, unless the inventory does", async () => {
    const config = "Host *\n  ProxyJump bastion\n";
    strictEqual((await read({ config })).proxyJump, "bastion");
    strictEqual((await read({ config }, { proxyJump: "none" })).proxyJump, "none");
  });

  it("that would go through a command are refused", async () => {
    await rejects(read({ config: "Host *\n  ProxyCommand nc %h %p\n" }), /ProxyCommand.*not supported/);
    strictEqual((await read({ config: "Host *\n  ProxyCommand none\n" })).port, 22);
  });

  it("take algorithms away, and add none", async () => {
    const from = async (config: string) =>
      algorithms((await read({ config })).algorithms, ["ssh-ed25519", "rsa-sha2-512"]);
    const usual = await from("");
    const some = await from(
      "Ciphers aes256-gcm@openssh.com,3des-cbc\nMACs -*-etm@openssh.com\nKexAlgorithms +diffie-hellman-group1-sha1\nHostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com\n",
    );
    deepStrictEqual(some, {
      ...usual,
      cipher: ["aes256-gcm@openssh.com"],
      hmac: ["hmac-sha2-256", "hmac-sha2-512"],
      serverHostKey: ["ssh-ed25519"],
    });
    await rejects(from("Ciphers 3des-cbc\n"), /leaves none of the Ciphers that the runner has/);
  });

  it("may say that nobody is asked about new hosts, and may not revoke keys in a way that is not understood", async () => {
    strictEqual((await read({ config: "StrictHostKeyChecking yes\n" })).strict, true);
    await rejects(read({ config: "RevokedHostKeys ~/.ssh/revoked\n" }), /RevokedHostKeys.*not supported/);
    strictEqual((await read({ config: "RevokedHostKeys none\n" })).strict, false);
  });

  it("name the agent's socket", async () => {
    const env = { SSH_AUTH_SOCK: "/a", MY_AGENT: "/b" };
    strictEqual((await read({ config: "IdentityAgent ~/agent\n" }, {}, env)).agent, join(home, "agent"));
    strictEqual((await read({ config: "IdentityAgent $MY_AGENT\n" }, {}, env)).agent, "/b");
    strictEqual((await read({ config: "IdentityAgent SSH_AUTH_SOCK\n" }, {}, env)).agent, "/a");
    strictEqual((await read({}, {}, { SSH_AUTH_SOCK: "" })).agent, undefined);
  });

  it("are found or refused in words, whatever the file holds", async () => {
    const words = fc.constantFrom(
      "Host ",
      "*",
      "Match ",
      "User ",
      "Port ",
      "\n",
      "  ",
      '"',
      "=",
      "\\",
      "#",
      "%h",
      "x",
      "Include ",
      "IdentityFile ",
      "HostName ",
      "all",
      "host ",
      "!",
      ",",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 30 }).map((parts) => parts.join("")),
    );
    await fc.assert(
      fc.asyncProperty(text, async (config) => {
        await read({ config }).catch((error) => {
          if (!(error instanceof Unreachable)) throw error;
        });
      }),
      { numRuns: 200 },
    );
  });
});
