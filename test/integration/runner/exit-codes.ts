// What the command's exit tells, and how it takes Ctrl-C, over ssh and on the machine itself.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../lab/index.ts";
import { type Ended, play, start } from "./command.ts";
import { reach } from "./site.ts";

export function exitCodes(host: () => Host): void {
  let directory: string;
  const nowhere = { ansible_host: "127.0.0.1", ansible_port: 1 };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "runner-"));
  });

  async function prepared(tasks: string, hosts: Record<string, unknown>): Promise<readonly string[]> {
    const name = `p${Math.random()}`;
    const inventory = join(directory, `${name}.inventory.yaml`);
    await writeFile(inventory, JSON.stringify({ all: { hosts } }));
    const playbook = join(directory, `${name}.yaml`);
    await writeFile(playbook, `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`);
    return [playbook, "-i", inventory];
  }
  const ran = async (tasks: string, hosts: Record<string, unknown>): Promise<Ended> =>
    play(await prepared(tasks, hosts));
  const FAIL = "    - {command: 'false', when: inventory_hostname != 'lost'}\n";

  it("0: done; 1: wrong before any host was contacted", async () => {
    assert.equal((await ran("    - command: 'true'\n", { there: reach(host()) })).exitCode, 0);
    const wrong = await ran("    - comand: 'true'\n", { there: reach(host()) });
    assert.equal(wrong.exitCode, 1);
    assert.ok(wrong.events.every(({ event }) => event === "error" || event === "end"));
  });

  it("2: a task failed, also when another host could not be reached; 4: only that", async () => {
    assert.equal((await ran(FAIL, { there: reach(host()), lost: nowhere })).exitCode, 2);
    assert.equal((await ran("    - command: 'true'\n", { there: reach(host()), lost: nowhere })).exitCode, 4);
  });

  const SLOW = (path: string): string =>
    `    - {name: First, command: "true"}\n    - {name: Slow, shell: "sleep 2; touch ${path}.slow"}\n    - {name: Never, command: "touch ${path}.never"}\n`;
  const places: [where: string, variables: () => Record<string, unknown>][] = [
    ["over ssh", () => reach(host())],
    ["on the machine itself", () => ({ ansible_connection: "local" })],
  ];
  for (const [where, variables] of places) {
    const has = async (path: string): Promise<boolean> =>
      where === "over ssh" ? (await host().exec(`test -e ${path}`)).status === 0 : existsSync(path);

    it(`Ctrl-C finishes the step in hand, begins nothing after it, and gives 130, ${where}`, async () => {
      const path = join(directory, "once");
      if (where === "over ssh") await host().must(`mkdir -p ${directory}`);
      const run = start(await prepared(SLOW(path), { there: variables() }));
      await run.saw("First");
      await sleep(300);
      run.signal("SIGINT");
      const ended = await run.ended;
      assert.equal(ended.exitCode, 130, ended.trouble);
      assert.match(ended.stderr, /interrupted: the steps in hand are finished first/);
      assert.deepEqual([await has(`${path}.slow`), await has(`${path}.never`)], [true, false]);
      assert.deepEqual(ended.changed, ["First", "Slow"]);
    });

    it(`Ctrl-C twice stops at once, ${where}`, async () => {
      const path = join(directory, "twice");
      const run = start(await prepared(SLOW(path), { there: variables() }));
      await run.saw("First");
      run.signal("SIGINT");
      await sleep(300);
      const since = performance.now();
      run.signal("SIGINT");
      const { exitCode } = await run.ended;
      assert.ok(performance.now() - since < 1000);
      assert.equal(exitCode, 130);
      assert.equal(await has(`${path}.never`), false);
    });
  }
}
