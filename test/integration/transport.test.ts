import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Connection,
  ConnectionLost,
  connect,
  type Shell,
  type Target,
  Unreachable,
} from "../../runner/transport/index.ts";
import { connectSsh } from "../../runner/transport/ssh.ts";
import { type Host, type Lab, openLab } from "../lab/index.ts";

const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) & 255);
const users = {
  alice: "/bin/dash",
  bob: "/usr/bin/fish",
  carol: "/usr/bin/zsh",
  dave: "/bin/tcsh",
  erin: "/usr/sbin/nologin",
};

describe("the transport, on a host with a real sshd", () => {
  let lab: Lab;
  let host: Host;
  const open: Connection[] = [];

  before(async function () {
    this.timeout(300_000);
    lab = await openLab({ name: "transport" });
    const snapshot = await lab.snapshot({
      name: "login-shells",
      key: "fish zsh tcsh sudo",
      prepare: async (host) => {
        await host.must(
          "apt-get -q update && apt-get -qy install --no-install-recommends fish zsh tcsh sudo",
        );
      },
    });
    host = await lab.host("mail.example", { snapshot });
    for (const [user, shell] of Object.entries(users)) {
      await host.must(
        `useradd -m -s ${shell} ${user} && mkdir ~${user}/.ssh && cp ~root/.ssh/authorized_keys ~${user}/.ssh && chown -R ${user}: ~${user}/.ssh`,
      );
    }
    await host.must("echo 'alice ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/alice");
    await host.must("echo 'bob ALL=(ALL) ALL' > /etc/sudoers.d/bob");
  });
  afterEach(async () => {
    for (const connection of open.splice(0)) await connection.close();
    // What was closed cleans up behind itself, if need be when the step in hand has ended.
    const left =
      "ls -d /run/chatmail-play.* /dev/shm/chatmail-play.* /tmp/chatmail-play.* 2>/dev/null || true";
    for (let tries = 0; (await host.must(left)) !== "" && tries < 50; tries++) await sleep(100);
    strictEqual(await host.must(left), "");
  });
  after(() => lab?.down());

  async function enter(more: Partial<Target> = {}): Promise<Connection> {
    const target = {
      name: "mail.example",
      kind: "ssh",
      address: host.address,
      user: "root",
      privateKeyFile: host.identity,
      ...more,
    } as const;
    const connection = await connect(target, { knownHosts: [host.knownHosts], timeout: 10_000 });
    open.push(connection);
    return connection;
  }

  /** One script, its output as text. */
  async function say(shell: Shell, script: string): Promise<string> {
    const [reply] = await shell.run([{ script }]);
    strictEqual(reply?.status, 0, String(Buffer.from(reply?.stderr ?? [])));
    return String(Buffer.from(reply.stdout));
  }

  async function isSound(shell: Shell): Promise<void> {
    const [echo, quiet] = await shell.run([
      { script: "cat", input: bytes },
      { script: ":", input: bytes },
    ]);
    ok(Buffer.from(echo!.stdout).equals(bytes));
    strictEqual(quiet?.status, 0);
  }

  it("runs batches as root", async () => {
    const shell = await (await enter()).shell();
    strictEqual(await say(shell, "id -un; umask; pwd; echo $LC_ALL"), "root\n0022\n/root\nC\n");
    await isSound(shell);
  });

  it("keeps its files in memory, for root alone", async () => {
    const shell = await (await enter()).shell();
    const [path, ...modes] = (await say(shell, 'echo "$T"; stat -c %a "$T" "$T/../.."')).trim().split("\n");
    match(path ?? "", /^\/run\/chatmail-play\./);
    deepStrictEqual(modes, ["700", "700"]);
  });

  for (const [user, login] of Object.entries(users).slice(0, 4)) {
    it(`does not mind a login by ${login}`, async () => {
      const shell = await (await enter({ user })).shell();
      strictEqual(await say(shell, "id -un; pwd"), `${user}\n/home/${user}\n`);
      await isSound(shell);
    });
  }

  it("does not mind a login that talks", async () => {
    await host.must("echo 'echo hello from .bashrc; echo trouble >&2' | tee ~root/.bashrc > ~carol/.zshenv");
    for (const user of ["root", "carol"]) await isSound(await (await enter({ user })).shell());
    await host.must("rm ~root/.bashrc ~carol/.zshenv");
  });

  it("says what a login says that gives no shell", async () => {
    const connection = await enter({ user: "erin" });
    await rejects(
      connection.shell(),
      (error) => error instanceof Unreachable && /not available/.test(error.message),
    );
  });

  it("becomes another user without sudo when logged in as root", async () => {
    const connection = await enter();
    const shell = await connection.shell("bob");
    strictEqual(
      await say(shell, "id -un; id -Gn; echo $HOME $USER $LOGNAME; pwd"),
      "bob\nbob\n/home/bob bob bob\n/home/bob\n",
    );
    await isSound(shell);
    strictEqual(await connection.shell("bob"), shell);
    strictEqual(await say(await connection.shell(), "id -un"), "root\n");
  });

  it("becomes root, and others, by sudo", async () => {
    const connection = await enter({ user: "alice" });
    for (const [user, home] of [
      ["root", "/root"],
      ["bob", "/home/bob"],
    ] as const) {
      const shell = await connection.shell(user);
      // As with Ansible: in the home of who logged in.
      strictEqual(
        await say(shell, "id -un; echo $HOME $USER; pwd"),
        `${user}\n${home} ${user}\n/home/alice\n`,
      );
      await isSound(shell);
    }
  });

  it("says what to do when sudo wants a password, refuses, is missing, or knows no such user", async () => {
    const hints: [login: string, user: string, message: RegExp, hint: RegExp][] = [
      ["bob", "root", /password is required/, /NOPASSWD/],
      ["carol", "root", /password is required|not in the sudoers/, /sudoers\.d/],
      ["alice", "nobody-there", /unknown user/, /no user nobody-there/],
      ["root", "nobody-there", /does not exist/, /no user nobody-there/],
    ];
    const check = async (login: string, user: string, message: RegExp, hint: RegExp) => {
      const connection = await enter({ user: login });
      await rejects(connection.shell(user), (error) => {
        ok(error instanceof Unreachable);
        match(error.message, message);
        match(error.hint ?? "", hint);
        return true;
      });
    };
    for (const expected of hints) await check(...expected);
    await host.must("mv /usr/bin/sudo /usr/bin/no-sudo");
    await check("alice", "root", /sudo/, /apt install sudo/);
    await host.must("mv /usr/bin/no-sudo /usr/bin/sudo");
  });

  it("is told when its shell is killed, and cannot be used any more", async () => {
    const connection = await enter();
    const shell = await connection.shell();
    await rejects(shell.run([{ script: "kill $PPID; sleep 0.2" }, { script: ":" }]), ConnectionLost);
    await rejects(shell.run([{ script: ":" }]), ConnectionLost);
  });

  it("is told when the connection breaks in mid-batch, and the host cleans up", async () => {
    const shell = await (await enter()).shell();
    const batch = rejects(
      shell.run([{ script: "echo $PPID > /tmp/loop; sleep 1" }, { script: ":" }]),
      ConnectionLost,
    );
    const parent = 'while ! [ -s /tmp/loop ]; do sleep 0.05; done; ps -o ppid= -p "$(cat /tmp/loop)"';
    await host.must(`kill -9 $(${parent}); rm /tmp/loop`);
    await batch;
    await rejects(shell.run([{ script: ":" }]), ConnectionLost);
  });

  it("refuses a host whose key is another's", async () => {
    await host.must(
      "mkdir /tmp/keys && cp -p /etc/ssh/ssh_host_ed25519_key* /tmp/keys && rm /etc/ssh/ssh_host_ed25519_key* && ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key && systemctl restart ssh",
    );
    await rejects(
      enter(),
      (error) => error instanceof Unreachable && /has changed.*known_hosts:\d+/.test(error.message),
    );
    await host.must("cp -p /tmp/keys/* /etc/ssh/ && systemctl restart ssh");
    await isSound(await (await enter()).shell());
  });

  describe("from a home directory of its own", () => {
    let home: string;
    beforeEach(async () => {
      home = await mkdtemp(join(tmpdir(), "transport-"));
      await mkdir(join(home, ".ssh"));
      await copyFile(host.identity, join(home, ".ssh/id_ed25519"));
    });
    afterEach(() => rm(home, { recursive: true }));

    async function enterFrom(files: Record<string, string>, more: Partial<Target> = {}, accept = false) {
      for (const [name, text] of Object.entries(files)) await writeFile(join(home, ".ssh", name), text);
      const target = {
        name: "mail.example",
        kind: "ssh",
        address: host.address,
        user: "root",
        ...more,
      } as const;
      const options = { knownHosts: [], timeout: 10_000, acceptNewHostKeys: accept };
      const connection = await connectSsh(target, options, { home, user: "root", env: {}, sshConfig: "" });
      open.push(connection);
      await isSound(await connection.shell());
    }

    it("goes through another host", async () => {
      const known_hosts = (await readFile(host.knownHosts, "utf8")).replace(/^\S+/gm, "*");
      await enterFrom({ known_hosts }, { address: "127.0.0.1", proxyJump: `root@${host.address}` });
      await rejects(
        enterFrom({ known_hosts }, { address: "127.0.0.1", port: 9, proxyJump: `root@${host.address}` }),
        /could not connect to 127.0.0.1:9: .*refused/,
      );
    });

    it("takes an unknown key when told so, and by it knows the host ever after", async () => {
      await rejects(enterFrom({}), /is not known/);
      await enterFrom({}, {}, true);
      await enterFrom({});
    });

    it("shows a certificate of the user's key, which the host takes while it holds", async () => {
      const known_hosts = (await readFile(host.knownHosts, "utf8")).replace(/^\S+/gm, "*");
      await host.must(
        `mkdir /tmp/users && cd /tmp/users && ssh-keygen -q -t ed25519 -N '' -f ca && cp ca.pub /etc/ssh/users.pub && echo TrustedUserCAKeys /etc/ssh/users.pub >/etc/ssh/sshd_config.d/users.conf && systemctl reset-failed ssh && systemctl restart ssh
        for kind in ed25519 ecdsa rsa; do ssh-keygen -q -t $kind -N '' -f $kind && ssh-keygen -q -s ca -I $kind -n root $kind.pub; done`,
      );
      const read = (name: string) => host.must(`cat /tmp/users/${name}`);
      for (const kind of ["ed25519", "ecdsa", "rsa"]) {
        const files = {
          known_hosts,
          mine: await read(kind),
          config: "IdentityFile ~/.ssh/mine\nIdentitiesOnly yes\n",
        };
        await rejects(enterFrom(files), /login as root was refused: tried .*mine$/);
        await enterFrom({ ...files, "mine-cert.pub": await read(`${kind}-cert.pub`) });
        await rm(join(home, ".ssh/mine-cert.pub"));
      }
      await host.must("cd /tmp/users && ssh-keygen -q -s ca -I late -n root -V -2d:-1d rsa.pub");
      const late = { known_hosts, "mine-cert.pub": await read("rsa-cert.pub") };
      await rejects(enterFrom(late), /login as root was refused: tried .*mine-cert.pub, .*mine$/);
      await host.must("rm /etc/ssh/sshd_config.d/users.conf && systemctl restart ssh");
    });

    it("trusts the word of an authority on the host's key, while it holds", async () => {
      const sign = (more: string) =>
        host.must(
          `ssh-keygen -q -s /tmp/ca/key -I mail -h -n mail.example ${more} /etc/ssh/ssh_host_ed25519_key.pub && systemctl reset-failed ssh && systemctl restart ssh`,
        );
      await host.must(
        "mkdir /tmp/ca && ssh-keygen -q -t ecdsa -N '' -f /tmp/ca/key && echo HostCertificate /etc/ssh/ssh_host_ed25519_key-cert.pub >/etc/ssh/sshd_config.d/certificate.conf",
      );
      await sign("");
      const authority = await host.must("cat /tmp/ca/key.pub");
      await enterFrom({ known_hosts: `@cert-authority *.example ${authority}` });
      await rejects(enterFrom({ known_hosts: `@cert-authority *.test ${authority}` }), /is not known/);
      await sign("-V -2d:-1d");
      await rejects(
        enterFrom({ known_hosts: `@cert-authority *.example ${authority}` }),
        /its certificate is not accepted: it is valid no more; an authority is known by .*known_hosts:1/,
      );
      await host.must(
        "rm /etc/ssh/sshd_config.d/certificate.conf && systemctl reset-failed ssh && systemctl restart ssh",
      );
    });
  });

  it("names the user whom the host refuses, and the keys that were tried", async () => {
    await rejects(
      enter({ user: "nobody" }),
      (error) =>
        error instanceof Unreachable && /login as nobody was refused: tried .*id_ed25519/.test(error.message),
    );
  });
});
