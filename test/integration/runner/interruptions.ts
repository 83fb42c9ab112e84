// Runs that are cut off, and the next run's end: the same as if nothing had happened.
import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../lab/index.ts";
import { play, start } from "./command.ts";
import { converges } from "./converges.ts";
import { type FirstRun, firstRun } from "./first-run.ts";
import { randomFrom, seed } from "./random.ts";
import { reach, type Site } from "./site.ts";

export function interruptions(sites: () => readonly Site[], kills: number): void {
  async function killAt(site: Site, reference: FirstRun, part: number): Promise<void> {
    const moment = Math.round(part * reference.run.ms);
    const about = `CHATMAIL_SEED=${seed}, killed after ${moment} of ${Math.round(reference.run.ms)} ms`;
    await site.host.reset();
    const cut = await site.begin();
    await sleep(moment);
    cut.signal("SIGKILL");
    await cut.ended;
    await converges(site, reference, about);
  }

  it(`Killed at ${kills} random moments of a first run, the next run ends as an undisturbed one (seed ${seed})`, async function () {
    this.timeout(60_000 + kills * 60_000);
    const random = randomFrom(seed);
    const moments = Array.from({ length: kills }, (_, index) => (index + random()) / kills);
    await Promise.all(
      sites().map(async (site, number) => {
        const reference = await firstRun(site);
        const own = moments.filter((_, index) => index % sites().length === number);
        for (const part of own) await killAt(site, reference, part);
      }),
    );
  });

  describe("Between a file's change and its handler", () => {
    const host = (): Host => (sites()[0] as Site).host;
    let args: readonly string[];

    before(async () => {
      const directory = await mkdtemp(join(tmpdir(), "runner-"));
      const inventory = join(directory, "inventory.yaml");
      await writeFile(inventory, JSON.stringify({ all: { hosts: { [host().name]: reach(host()) } } }));
      await writeFile(join(directory, "toy.yaml"), TOY);
      args = [join(directory, "toy.yaml"), "-i", inventory];
      const ready = await play([...args, "-e", "text=one wait=0"]);
      assert.equal(ready.exitCode, 0, ready.trouble);
    });

    const read = () => host().must("cat /run/toy.read");
    const begin = async (text: string, wait = 20) => {
      const run = start([...args, "-e", `text=${text} wait=${wait}`]);
      await run.saw("Write the configuration");
      return run;
    };

    it("kill -9 does not lose the restart: the next run makes it up, once", async () => {
      const run = await begin("two");
      run.signal("SIGKILL");
      await run.ended;
      assert.equal(await read(), "one\n");
      const next = await play([...args, ...PATIENT, "-e", "text=two wait=0"]);
      assert.deepEqual([next.exitCode, next.changed], [0, ["Restart the toy"]], next.trouble);
      assert.equal(await read(), "two\n");
      assert.deepEqual((await play([...args, "-e", "text=two wait=0"])).changed, []);
    });

    it("a reboot of the host is told as lost connection, and the next run ends well", async () => {
      const run = await begin("three", 100);
      await host().reboot();
      const lost = await run.ended;
      assert.equal(lost.exitCode, 4, lost.trouble);
      assert.ok(lost.events.some(({ status }) => status === "unreachable"));
      const next = await play([...args, "-e", "text=three wait=0"]);
      assert.equal(next.exitCode, 0, next.trouble);
      assert.equal(await read(), "three\n");
      assert.deepEqual((await play([...args, "-e", "text=three wait=0"])).changed, []);
    });

    it("kill -9, and then a run that fails: all is as before the first of them, and the service has read it", async () => {
      const run = await begin("four");
      run.signal("SIGKILL");
      await run.ended;
      const next = await play([...args, ...PATIENT, "-e", "text=five wait=0 broken=true"]);
      assert.equal(next.exitCode, 2, next.trouble);
      assert.deepEqual([await host().must("cat /etc/toy.conf"), await read()], ["three\n", "three\n"]);
      assert.deepEqual((await play([...args, "-e", "text=three wait=0"])).changed, []);
    });
  });
}

/** The killed run may have begun to wait, which its host does to the end. */
const PATIENT = ["--lock-timeout", "60"];

/** A service that reads a file when it starts; between the change of the file and the restart there is time. */
const TOY = `
- hosts: all
  gather_facts: false
  on_failure: restore
  tasks:
    - name: Write the unit
      copy:
        dest: /etc/systemd/system/toy.service
        content: |
          [Service]
          Type=oneshot
          RemainAfterExit=true
          ExecStart=/bin/cp /etc/toy.conf /run/toy.read
          [Install]
          WantedBy=multi-user.target
      notify: Restart the toy
    - name: Write the configuration
      copy: {dest: /etc/toy.conf, content: "{{ text }}\\n"}
      notify: Restart the toy
    - name: Wait
      command: sleep {{ wait }}
      changed_when: false
    - name: Keep it enabled
      systemd: {name: toy, enabled: true, daemon_reload: true}
  handlers:
    - name: Restart the toy
      systemd: {name: toy, state: restarted, daemon_reload: true}
      failed_when: broken | default(false)
`;
