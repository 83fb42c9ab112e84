// docs/variables.md is made from the roles' schemas, and docs/operators-guide.md speaks of what is there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generateReference } from "../../../roles/generate.ts";
import { readCatalogue } from "../../../runner/cli/catalogue.ts";
import { Sources } from "../../../runner/source/sources.ts";

const root = join(import.meta.dirname, "../../..");
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const { sections } = readCatalogue(join(root, "roles"), new Sources(root));
const settings = sections.flatMap((section) => section.settings);

describe("docs/variables.md", () => {
  it("is generated from the roles as they stand", () => {
    assert.equal(read("docs/variables.md"), generateReference(), "run `npm run generate`");
  });

  it("describes every variable once", () => {
    const names = settings.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
    assert.deepEqual(
      settings.filter(({ description }) => !/^[A-Za-z`~].*\.$/s.test(description)).map(({ name }) => name),
      [],
    );
  });
});

describe("roles/sections.yaml", () => {
  it("names only what a role defines, or what says how a host is reached", () => {
    const named = [
      ...read("roles/sections.yaml").matchAll(/^ +- ([a-z_0-9]+)$|\b([a-z]+_[a-z_0-9]+)(?=[,\]])/gm),
    ];
    const known = new Set(settings.map(({ name }) => name));
    assert.ok(named.length > 40);
    assert.deepEqual(
      named.map(([, item, word]) => item ?? word).filter((name) => !known.has(name ?? "")),
      [],
    );
  });
});
