// Whoever reads a target file while a run changes it sees the old content or the new one, whole.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../lab/index.ts";
import { play } from "./command.ts";
import { reach } from "./site.ts";

const FLIPS = 4;

/** Large enough to be written in many pieces. */
const content = (letter: string): string => `${letter.repeat(99)}\n`.repeat(4000);

const PLAYBOOK = `
- hosts: all
  gather_facts: false
  tasks:
    - copy: {src: "{{ letter }}", dest: /srv/copied}
    - template: {src: "{{ letter }}", dest: /srv/rendered}
    - copy: {content: "{{ lookup('file', letter) }}\\n", dest: /srv/given}
    - lineinfile: {path: /srv/edited, regexp: "^[ab]", line: "{{ letter * 9000 }}"}
    - blockinfile: {path: /srv/marked, block: "{{ letter * 9000 }}"}
`;

export function wholeFiles(host: () => Host): void {
  it("A reader never sees a target file half-written or missing", async () => {
    const directory = await mkdtemp(join(tmpdir(), "runner-"));
    const inventory = join(directory, "inventory.yaml");
    await writeFile(inventory, JSON.stringify({ all: { hosts: { [host().name]: reach(host()) } } }));
    await writeFile(join(directory, "flip.yaml"), PLAYBOOK);
    for (const letter of ["a", "b"]) await writeFile(join(directory, letter), content(letter));
    const flip = async (letter: string) => {
      const run = await play([join(directory, "flip.yaml"), "-i", inventory, "-e", `letter=${letter}`]);
      assert.equal(run.exitCode, 0, run.trouble);
      return host().must("cd /srv; sha256sum copied rendered given edited marked");
    };
    await host().must("mkdir -p /srv; echo a >/srv/edited; echo x >/srv/marked");
    const wholes = [await flip("a"), await flip("b")].join("").split("\n");
    const reader =
      "cd /srv; rm -f /run/seen; until test -e /run/enough; do sha256sum copied rendered given edited marked; done >/run/seen 2>&1";
    const reading = host().exec(reader, { timeout: 60_000 });
    for (let flips = 0; flips < FLIPS; flips++) await flip(flips % 2 === 0 ? "a" : "b");
    await host().must("touch /run/enough");
    await reading;
    const seen = (await host().must("sort -u /run/seen")).trim().split("\n");
    assert.deepEqual(
      seen.filter((line) => !wholes.includes(line)),
      [],
    );
    assert.equal(seen.length, 10, "the reader has seen both contents of each file");
    assert.equal(wholes[0]?.slice(0, 64), createHash("sha256").update(content("a")).digest("hex"));
  });
}
