// Loads an inventory from texts: files of a temporary directory that is removed afterwards.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadInventory } from "../../../runner/inventory/load.ts";
import type { Problem } from "../../../runner/source/problem.ts";
import { renderProblem, sortProblems } from "../../../runner/source/render.ts";
import { Sources } from "../../../runner/source/sources.ts";
import { layeredScope } from "../../../runner/template/index.ts";

export function loadText(text: string, others: Readonly<Record<string, string>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), "inventory-"));
  try {
    for (const [name, content] of Object.entries({ ...others, "inventory.yaml": text })) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    const problems: Problem[] = [];
    const sources = new Sources(directory);
    const inventory = loadInventory(
      [join(directory, "inventory.yaml")],
      [join(directory, "play")],
      sources,
      problems,
    );
    return {
      inventory,
      told: sortProblems(problems).map((problem) => renderProblem(problem, () => undefined)),
      variable: (host: string, name: string): unknown => {
        const layers = inventory.hosts.get(host)?.layers ?? [];
        return layeredScope(layers.map(({ values }) => values)).get(name);
      },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
