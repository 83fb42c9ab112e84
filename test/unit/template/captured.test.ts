// Whole templates and what Jinja2 3.1 gives for them with Ansible's settings (trim_blocks, strict undefined
// names, nothing for none, final newlines restored) and Ansible's filters. null: refused there and here.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { rendered } from "./given.ts";

const folder = new URL("captured/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const { files, variables } = read("given.json");

describe("a template gives what Jinja2 gives", () => {
  for (const name of readdirSync(folder).filter((each) => each !== "given.json")) {
    describe(name.replace(".json", ""), () => {
      for (const [text, expected] of read(name) as [string, string | null][]) {
        it(`${JSON.stringify(text)} ${expected === null ? "is refused" : `is ${JSON.stringify(expected)}`}`, () => {
          if (expected === null) assert.throws(() => rendered(text, variables, files));
          else assert.equal(rendered(text, variables, files), expected);
        });
      }
    });
  }
});
