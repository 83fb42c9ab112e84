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
    await host().must("echo 'ben ALL=(ALL) ALL' >/etc/sudoers.d/ben");
  });

  const as = async (user: string): Promise<Ended> => {
    const inventory = join(directory, "inventory.yaml");
    const own = { ...reach(host(), user), ansible_become: true };
    await writeFile(inventory, JSON.stringify({ all: { hosts: { [host().name]: own } } }));
    return play([join(directory, "play.yaml"), "-i", inventory]);
  };
  const told = ({ events }: Ended): string =>
    events.flatMap(({ message, hint }) => [message, hint]).join("\n");

  it("A user who may use sudo without a password runs the play as root", async () => {
    const run = await as("anna");
    assert.equal(run.exitCode, 0, run.trouble);
    assert.deepEqual(run.changed, ["Write"]);
    assert.equal(await host().must("stat -c '%U %a' /etc/written"), "root 600\n");
    const again = await as("anna");
    assert.deepEqual([again.exitCode, again.changed], [0, []], again.trouble);
    assert.equal((await host().exec("ls -A ~anna/.local /var/lib/chatmail-play")).stdout, "");
  });

  it("sudo that wants a password is told with the line that helps", async () => {
    const run = await as("ben");
    assert.equal(run.exitCode, 2, run.trouble);
    assert.match(told(run), /sudo asks for a password.*ben ALL=\(ALL\) NOPASSWD: ALL/s);
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
