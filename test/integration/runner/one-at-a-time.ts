// Two runs on one host: the second is told who is at work, or waits; what only looks is not kept from it.
import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Host } from "../../lab/index.ts";
import { play, type Running, start } from "./command.ts";
import { reach } from "./site.ts";

export function oneAtATime(host: () => Host): void {
  let at: (playbook: string) => string[];
  let first: Running;

  beforeEach(async () => {
    const directory = await mkdtemp(join(tmpdir(), "runner-"));
    await writeFile(
      join(directory, "inventory.yaml"),
      JSON.stringify({ all: { hosts: { [host().name]: reach(host()) } } }),
    );
    await writeFile(join(directory, "long.yaml"), LONG);
    await writeFile(join(directory, "short.yaml"), SHORT);
    await writeFile(join(directory, "look.yaml"), LOOK);
    at = (playbook) => [join(directory, playbook), "-i", join(directory, "inventory.yaml")];
    first = start(at("long.yaml"));
    await first.saw("Begin");
  });

  it("a second run is refused with who is at work, and may look all the same", async () => {
    const [second, look] = await Promise.all([play(at("short.yaml")), play(at("look.yaml"))]);
    assert.equal(second.exitCode, 4, second.trouble);
    const { message = "", hint } = second.events.find(({ event }) => event === "error") ?? {};
    assert.match(
      message,
      new RegExp(`at work on this host: ${userInfo().username}@\\S+, since \\S+ \\S+ UTC`),
    );
    assert.match(hint ?? "", /--lock-timeout SECONDS/);
    assert.equal(look.exitCode, 0, look.trouble);
    await first.ended;
  });

  it("a second run waits where it is told to, and a killed one is not waited for", async () => {
    const second = start([...at("short.yaml"), "--lock-timeout", "60"]);
    first.signal("SIGKILL");
    const ended = await second.ended;
    assert.equal(ended.exitCode, 0, ended.trouble);
    assert.deepEqual(ended.changed, ["Change something"]);
  });
}

const LONG = `
- hosts: all
  gather_facts: false
  tasks:
    - {name: Begin, command: "true"}
    - {name: Take some time, command: sleep 6}
`;
const SHORT = `
- hosts: all
  gather_facts: false
  tasks:
    - {name: Change something, command: "true"}
`;
const LOOK = `
- hosts: all
  tasks:
    - {name: Look, command: "true", changed_when: false}
    - {name: Tell, debug: {msg: "{{ ansible_hostname }}"}}
`;
