import { deepStrictEqual } from "node:assert/strict";
import { spawn } from "node:child_process";
import { known, rsaUserKey, sshScene, userKey } from "./ssh-scene.ts";
import { makeHome, newKey } from "./ssh-server.ts";

describe("a connection over ssh logs in", () => {
  const { passes, fails } = sshScene();

  it("with an RSA key, by its newer signatures", async () => {
    deepStrictEqual(
      (await passes({ files: { known_hosts: known(), id_rsa: rsaUserKey.private } })).log[0],
      "login root",
    );
  });

  it("with the keys, the user and the address that the configuration names", async () => {
    const config = "Host 127.0.0.1\n  User admin\n  IdentityFile ~/.ssh/special\n";
    const server = await passes({
      server: { user: "admin" },
      files: { known_hosts: known(), special: userKey.private, id_ed25519: newKey().private, config },
    });
    deepStrictEqual(server.log, ["login admin", "exec"]);
  });

  it("with the inventory's user and key before those of the configuration", async () => {
    const config = "User admin\nIdentityFile ~/.ssh/wrong\n";
    await passes({
      files: { known_hosts: known(), wrong: newKey().private, config, right: userKey.private },
      target: { user: "root", privateKeyFile: "~/.ssh/right" },
    });
  });

  it("or says as whom it tried and with what", async () => {
    await fails(
      /login as root was refused: tried .*id_ed25519, .*id_rsa$/,
      /authorized_keys.*--private-key.*--user/,
      {
        files: { known_hosts: known(), id_ed25519: newKey().private, id_rsa: newKey("rsa").private },
      },
    );
  });

  it("or says that there is no key", async () => {
    await fails(/there was no key to try/, /--private-key/, { files: { known_hosts: known() } });
    await fails(/there is no private key file .*\.ssh\/gone/, undefined, {
      target: { privateKeyFile: "~/.ssh/gone" },
    });
  });

  it("or says that a key is encrypted", async () => {
    const id_ed25519 = newKey("ed25519", "secret").private;
    await fails(/not tried: .*id_ed25519 is encrypted and not in an agent$/, /ssh-add/, {
      files: { known_hosts: known(), id_ed25519 },
    });
  });

  describe("with an encrypted key", () => {
    const locked = newKey("ed25519", "secret");
    const server = { authorized: [locked] };
    const files = { known_hosts: known(), id_ed25519: locked.private };

    it("whose passphrase is asked for until it opens", async () => {
      const asked: string[] = [];
      await passes({ server, files, answers: ["wrong", "secret"], asked });
      deepStrictEqual(
        asked.map((text) => text.replace(/ \/.*\/\.ssh/, " ~/.ssh")),
        [
          "hidden: Passphrase for the key ~/.ssh/id_ed25519: ",
          "hidden: Passphrase for the key ~/.ssh/id_ed25519: ",
        ],
      );
    });

    it("whose passphrase is not asked for when another key is taken before", async () => {
      const asked: string[] = [];
      const config = "IdentityFile ~/.ssh/first\nIdentityFile ~/.ssh/id_ed25519\n";
      await passes({ files: { ...files, first: userKey.private, config }, answers: [], asked });
      deepStrictEqual(asked, []);
    });

    it("or is refused when nobody knows the passphrase", async () => {
      for (const answers of [["a", "b", "c"], [undefined], [""]])
        await fails(/login as root was refused: tried .*id_ed25519$/, undefined, { server, files, answers });
    });
  });

  it("or says that certificates are none, or not there", async () => {
    const config = "CertificateFile ~/.ssh/other-cert.pub\nIdentityFile ~/.ssh/id_ed25519\n";
    const own = {
      id_ed25519: newKey().private,
      "id_ed25519-cert.pub": "ssh-ed25519-cert-v01@openssh.com AAAA",
    };
    await fails(
      /not tried: .*other-cert.pub cannot be read \(ENOENT\); .*id_ed25519-cert.pub is no certificate of a user's key/,
      undefined,
      {
        files: { known_hosts: known(), config, ...own },
      },
    );
  });

  it("or says that a key file is none", async () => {
    await fails(/not tried: .*id_rsa is not a key that can be read/, undefined, {
      files: { known_hosts: known(), id_rsa: "nonsense" },
    });
  });

  describe("with an agent", () => {
    let agent: { socket: string; stop: () => Promise<void> };
    const locked = newKey("ed25519", "secret");
    before(async function () {
      const started = await startAgent([newKey(), userKey]);
      if (!started) return this.skip();
      agent = started;
    });
    after(() => agent?.stop());

    it("that has the key", async () => {
      await passes({ files: { known_hosts: known() }, agent: agent.socket });
    });

    it("that has the key of an encrypted file, and no other where only that is wanted", async () => {
      const files = { known_hosts: known(), mine: locked.private, "mine.pub": userKey.public };
      const config = "IdentityFile ~/.ssh/mine\nIdentitiesOnly yes\n";
      await passes({ files: { ...files, config }, agent: agent.socket });
      await fails(/tried .*id_rsa$/, undefined, {
        files: {
          known_hosts: known(),
          id_rsa: newKey("rsa").private,
          config: "IdentitiesOnly yes\nIdentityFile ~/.ssh/id_rsa",
        },
        agent: agent.socket,
      });
    });

    it("that the host may use only where the inventory says so", async () => {
      const files = { known_hosts: known(), config: "ForwardAgent yes\n" };
      const kept = await passes({ files, agent: agent.socket });
      deepStrictEqual(kept.log, ["login root", "exec"]);
      const lent = await passes({ files, agent: agent.socket, target: { forwardAgent: true } });
      deepStrictEqual(lent.log, ["login root", "the agent", "exec"]);
    });

    it("that cannot be asked, and says so", async () => {
      await fails(/no key to try; not tried: the agent at \/nowhere cannot be asked/, undefined, {
        files: { known_hosts: known() },
        agent: "/nowhere",
      });
      await passes({ agent: "/nowhere" });
    });
  });
});

/** A real ssh-agent with these keys, if there is one on this machine. */
async function startAgent(keys: readonly { private: string }[]) {
  const { home, file, remove } = await makeHome(
    Object.fromEntries(keys.map((key, index) => [`key${index}`, key.private])),
  );
  const socket = `${home}/agent`;
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  const failed = await new Promise<boolean>((resolve) => {
    agent.on("error", () => resolve(true));
    setTimeout(resolve, 200, false);
  });
  const stop = async () => {
    agent.kill();
    await remove();
  };
  if (failed) {
    await stop();
    return undefined;
  }
  for (const index of keys.keys()) {
    const add = spawn("ssh-add", [file(`key${index}`)], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
      stdio: "ignore",
    });
    await new Promise((resolve) => add.on("close", resolve));
  }
  return { socket, stop };
}
