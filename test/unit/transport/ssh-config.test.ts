import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { algorithms } from "../../../runner/transport/algorithms.ts";
import { readSshSettings } from "../../../runner/transport/ssh-config.ts";
import { type Target, Unreachable } from "../../../runner/transport/transport.ts";

const target: Target = { name: "mail.example", kind: "ssh", address: "mail.example" };

describe("settings from the ssh configuration", () => {
  let home: string;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), "ssh-config-"));
  });
  after(() => rm(home, { recursive: true }));
  /** Files of ~/.ssh; those of the machine begin with "/". */
  const read = async (files: Record<string, string>, asked: Partial<Target> = {}, env = {}) => {
    for (const directory of [".ssh", "etc"]) {
      await rm(join(home, directory), { recursive: true, force: true });
    }
    for (const [name, text] of Object.entries(files)) {
      const file = join(home, name.startsWith("/") ? "etc" : ".ssh", name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const sshConfig = join(home, "etc/ssh_config");
    return readSshSettings({ ...target, ...asked }, { home, user: "me", env, sshConfig });
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

  it("come from the machine's configuration where the user's says nothing, with its own included files", async () => {
    const found = await read({
      config: "Host mail.example\n  Port 2200\n  IdentityFile ~/.ssh/mine\n",
      "/ssh_config":
        "Include conf.d/*.conf\nHost *\n  Port 99\n  User admin\n  IdentityFile /etc/all\n  SendEnv LANG LC_*\n",
      "/conf.d/10.conf": "ProxyJump bastion\nHost mail.example\n  HostKeyAlias relay\n  Port 1\n",
      "/conf.d/20.conf": "User other\n",
    });
    deepStrictEqual(
      [found.port, found.user, found.hostKeyAlias, found.proxyJump],
      [2200, "other", "relay", "bastion"],
    );
    deepStrictEqual(found.identityFiles, [join(home, ".ssh/mine"), "/etc/all"]);
  });

  it("may undo by the user's file what the machine's says", async () => {
    const system = { "/ssh_config": "ProxyJump bastion\nGlobalKnownHostsFile /etc/hosts-known\n" };
    const found = await read({ ...system, config: "ProxyCommand none\nGlobalKnownHostsFile none\n" });
    strictEqual(found.proxyJump, undefined);
    deepStrictEqual(found.knownHostsFiles.slice(2), []);
    strictEqual((await read(system)).proxyJump, "bastion");
    const command = { "/ssh_config": "ProxyCommand nc %h %p\n" };
    strictEqual((await read({ ...command, config: "ProxyJump bastion\n" })).proxyJump, "bastion");
    await rejects(read(command), /ProxyCommand.*not supported/);
  });

  it("heed sections of included files, within those that include them", async () => {
    const files = {
      config: "Host *.example\n  Include relays\n  User inside\nHost *\n  User outside\n",
      relays: "Host mail.*\n  Port 2200\nHost *\n  HostKeyAlias all\n",
    };
    const found = await read(files);
    deepStrictEqual([found.port, found.hostKeyAlias, found.user], [2200, "all", "inside"]);
    const other = await read(files, { address: "mail.test" });
    deepStrictEqual([other.port, other.hostKeyAlias, other.user], [22, undefined, "outside"]);
  });

  const criteria: readonly (readonly [match: string, holds: boolean])[] = [
    ["all", true],
    ["host 192.0.2.1", true],
    ["host mail.example", false],
    ["!host mail.example", true],
    ["originalhost MAIL.*,!mail.test", true],
    ["originalhost *,!mail.example", false],
    ["user root", true],
    ["user admin", false],
    ["!user admin localuser me", true],
    ["localuser=me user=root", true],
    ["localuser you", false],
    ["final", true],
    ["final host 192.0.2.*", true],
    ["!final", true],
    ["exec true", false],
    ["!exec false", false],
    ["tagged x", false],
  ];
  for (const [words, holds] of criteria) {
    it(`${holds ? "" : "do not "}count below: Match ${words}`, async () => {
      const config = `hostname 192.0.2.1\nMatch ${words}\n  Port 5\n`;
      strictEqual((await read({ config }, { user: "root" })).port, holds ? 5 : 22);
    });
  }

  it("are looked for again by the name that HostName gives, when Match final asks for that", async () => {
    const config = "Host relay\n  HostName mail.example\nHost mail.example\n  Port 5\n";
    strictEqual((await read({ config }, { address: "relay" })).port, 22);
    strictEqual((await read({ config: `${config}Match final\n` }, { address: "relay" })).port, 5);
  });

  it("are written with quotes, signs of equality and comments, as for ssh", async () => {
    const found = await read({
      config: `\tUSER="me too" # who\r\nHostKeyAlias = relay\r\nIdentityFile "~/.ssh/a \\"b\\"" \nPort\t'2200'\n#Port 1\n`,
    });
    deepStrictEqual([found.user, found.hostKeyAlias, found.port], ["me too", "relay", 2200]);
    deepStrictEqual(found.identityFiles, [join(home, '.ssh/a "b"')]);
    await rejects(read({ config: '\nUser "me\n' }), /config:2: a quote is not closed/);
  });

  it("name files by tokens and by the environment", async () => {
    const config = `HostKeyAlias relay\nUserKnownHostsFile ~/.ssh/known.d/%k \${KEYS}/known\nIdentityFile %d/%n_%u_%i\n`;
    const found = await read({ config }, {}, { KEYS: "/keys" });
    deepStrictEqual(found.knownHostsFiles.slice(0, 2), [join(home, ".ssh/known.d/relay"), "/keys/known"]);
    deepStrictEqual(found.identityFiles, [join(home, `mail.example_me_${process.getuid?.() ?? ""}`)]);
    await rejects(read({ config }), /\$\{KEYS\}\/known: KEYS is not set/);
  });

  it("are not taken from a file that everybody may write to", async () => {
    await read({ "/ssh_config": "User x\n" });
    await chmod(join(home, "etc/ssh_config"), 0o666);
    const around = { home, user: "me", env: {}, sshConfig: join(home, "etc/ssh_config") };
    await rejects(readSshSettings(target, around), /everybody may write to .*ssh_config/);
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
