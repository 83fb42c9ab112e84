// The documentation names what is there.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CONNECTION_VARIABLES } from "../../../runner/inventory/connection.ts";
import { modules } from "../../../runner/modules/index.ts";
import { allFilters, allTests } from "../../../runner/template/index.ts";

const root = join(import.meta.dirname, "../../..");
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/language.md",
  "docs/json.md",
  "docs/operators-guide.md",
  "docs/variables.md",
  "docs/modules.md",
  "docs/filters.md",
];

/** The words in backticks of the part of a page between two texts. */
function named(page: string, from: string, to: string): string[] {
  const text = read(page);
  const part = text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from) + from.length));
  return [...part.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "").sort();
}

describe("docs/language.md", () => {
  it("names all filters", () => {
    const names = allFilters.map(({ name }) => name).sort();
    assert.deepEqual(named("docs/language.md", "\nFilters:", "\nTests:"), names);
  });

  it("names all tests", () => {
    const names = allTests.map(({ name }) => name).sort();
    assert.deepEqual(named("docs/language.md", "\nTests:", "\n## "), names);
  });

  it("names all modules", () => {
    const documented = named("docs/language.md", "\n## Modules", "\n## ");
    const names = modules.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    assert.deepEqual(
      names.filter((name) => !documented.includes(name)),
      [],
    );
  });
});

describe("docs/language.md, on the inventory", () => {
  it("names all variables that say how a host is reached", () => {
    const documented = named("docs/language.md", "\n## Inventory", "\n## ");
    assert.deepEqual(
      CONNECTION_VARIABLES.filter((name) => !documented.includes(name)),
      [],
    );
  });
});

describe("README.md", () => {
  it("names the npm scripts, and only those", () => {
    const scripts = Object.keys(JSON.parse(read("package.json")).scripts).sort();
    const rows = named("README.md", "\n## Working on it", "\n## License");
    const found = rows.flatMap((row) => /^npm (?:run )?([\w:]+)/.exec(row)?.[1] ?? []);
    assert.deepEqual([...new Set(found)].sort(), scripts);
  });
});

describe("every page", () => {
  for (const page of pages) {
    it(`leads somewhere with its links: ${page}`, () => {
      const targets = [...read(page).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target]) => target ?? "");
      const missing = targets.filter(
        (target) => !target.includes("://") && !existsSync(join(root, dirname(page), target)),
      );
      assert.deepEqual(missing, []);
    });
  }
});
