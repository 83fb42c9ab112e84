// Logins that are not root's: sudo with and without a password, and none at all.
import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../lab/index.ts";
import { type Ended, play } from "./command.ts";
import { reach } from "./site.ts";

const PLAYBOOK = `
- hosts: all
  handlers:
    - {name: Tell, command: id -un, changed_when: false}
  tasks:
    - {name: Write, copy: {dest: /etc/written, content: "{{ ansible_user_id | default('-') }}\\n", mode: "0600"}, notify: Tell}
    - {name: Who, command: id -un, register: who, changed_when: false}
    - {name: Root, assert: {that: who.stdout == "root"}}
    - {name: Other, command: id -un, become: true, become_user: games, register: other, changed_when: false}
    - {name: Games, assert: {that: other.stdout == "games"}}
    - {name: Myself, command: id -un, become: false, register: own, changed_when: false}
    - {name: User, assert: {that: own.stdout == ansible_user}}
`;

const PASSWORD = "a-long-and-odd-pa55word";

export function logins(host: () => Host): void {
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "runner-"));
    await writeFile(join(directory, "play.yaml"), PLAYBOOK);
    for (const user of ["anna", "ben", "cleo"]) {
      await host().must(
        `useradd -m -s /bin/bash ${user} && mkdir ~${user}/.ssh && cp ~root/.ssh/authorized_keys ~${user}/.ssh && chown -R ${user}: ~${user}/.ssh`,
      );
    }
    await host().must("echo 'anna ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/anna");
    await host().must(`echo 'ben:${PASSWORD}' | chpasswd`);
    await host().must("echo 'ben ALL=(ALL) ALL' >/etc/sudoers.d/ben");
  });

  const as = async (user: string, variables = {}, ...options: string[]): Promise<Ended> => {
    const inventory = join(directory, "inventory.yaml");
    const own = { ...reach(host(), user), ansible_become: true, ...variables };
    await writeFile(inventory, JSON.stringify({ all: { hosts: { [host().name]: own } } }));
    return play([join(directory, "play.yaml"), "-i", inventory, ...options]);
  };
  const told = ({ events }: Ended): string =>
    events.flatMap(({ message, hint }) => [message, hint]).join("\n");

  it("A user who may use sudo without a password runs the play as root", async () => {
    const kept = async () => (await host().exec("ls -A ~anna/.local /var/lib/chatmail-play")).stdout;
    const before = await kept();
    const run = await as("anna");
    assert.equal(run.exitCode, 0, run.trouble);
    assert.deepEqual(run.changed, ["Write"]);
    assert.equal(await host().must("stat -c '%U %a' /etc/written"), "root 600\n");
    const again = await as("anna");
    assert.deepEqual([again.exitCode, again.changed], [0, []], again.trouble);
    assert.equal(await kept(), before);
  });

  it("sudo that wants a password is told with the line that helps", async () => {
    const run = await as("ben");
    assert.equal(run.exitCode, 2, run.trouble);
    assert.match(told(run), /sudo asks for a password.*ben ALL=\(ALL\) NOPASSWD: ALL/s);
  });

  it("sudo gets the password that it wants, which nobody else sees", async () => {
    const file = join(directory, "password");
    await writeFile(file, `${PASSWORD}\n`, { mode: 0o600 });
    await host().must("rm -f /etc/written");
    // What `ps` could show, and the environment of all processes, again and again while the run goes on.
    await host().must(
      "systemd-run --quiet --unit=watch sh -c 'while :; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; echo; done >/run/seen 2>/dev/null'",
    );
    const runs = [
      await as("ben", {}, "--become-password-file", file, "-vv", "--diff"),
      await as("ben", { ansible_become_password: PASSWORD }, "-vv"),
    ];
    await host().must("systemctl stop watch");
    for (const run of runs) {
      assert.equal(run.exitCode, 0, run.trouble);
      assert.ok(!(run.stdout + run.stderr).includes(PASSWORD));
    }
    assert.deepEqual(runs[0]?.changed, ["Write"]);
    assert.equal(await host().must("stat -c '%U %a' /etc/written"), "root 600\n");
    // The shell loops were seen, the password was not; nor is it in a log.
    await host().must("grep -qa chatmail-play /run/seen && grep -qa 'sudo.*-S' /run/seen");
    const found = await host().exec(
      `grep -la ${PASSWORD} /run/seen /var/log/*; journalctl | grep ${PASSWORD}; ls -d /run/chatmail-play.*`,
    );
    assert.equal(found.stdout, "");
  });

  it("a wrong password is told as such, and not tried again", async () => {
    const run = await as("ben", { ansible_become_password: "not the one" });
    assert.equal(run.exitCode, 2, run.trouble);
    assert.match(told(run), /sudo does not take the password: it wants the one of ben/);
  });

  it("a user who may not use sudo is told so", async () => {
    const run = await as("cleo");
    assert.equal(run.exitCode, 2, run.trouble);
    assert.match(told(run), /cleo ALL=\(ALL\) NOPASSWD: ALL/);
  });

  it("a host without sudo is told so", async () => {
    await host().must("mv /usr/bin/sudo /usr/bin/sudo.away");
    try {
      const run = await as("anna");
      assert.equal(run.exitCode, 2, run.trouble);
      assert.match(told(run), /sudo is not installed there: log in as root, or install it/);
    } finally {
      await host().must("mv /usr/bin/sudo.away /usr/bin/sudo");
    }
  });
}
