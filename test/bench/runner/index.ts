// npm run bench -- runner [PART...] [--runs N] [--tools NAME,...] [--chart]: the runner beside Ansible, beside Ansible
// with mitogen, and beside scripts written by hand, on the same lab hosts. Parts can be measured one at a time: what
// was measured is kept, and --chart draws docs/bench.svg from all of it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openLab } from "../../lab/index.ts";
import { drawChart } from "./chart.ts";
import { type Asked, measureShape, shapes } from "./parts.ts";
import { keep, type Part, readResults } from "./results.ts";
import { measureSite } from "./site.ts";
import { table } from "./table.ts";
import { installOthers, TOOLS, type ToolName } from "./tools.ts";

const measurements: Readonly<Record<string, (asked: Asked) => Promise<Part>>> = {
  ...Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, (asked: Asked) => measureShape(name, shape, asked)]),
  ),
  site: measureSite,
};

export async function benchRunner(argv: readonly string[]): Promise<void> {
  const { parts, runs, tools, chart } = read(argv);
  const say = (text: string): void => console.error(text);
  await installOthers(tools, say);
  const lab = await openLab({ name: "bench", say });
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    for (const name of parts) {
      const part = await measurements[name]?.({ lab, directory, runs, tools, say });
      if (!part) continue;
      await keep(name, part);
      console.log(`\n${table(part)}`);
    }
  } finally {
    await rm(directory, { recursive: true });
    await lab.down();
  }
  if (chart) await drawChart(await readResults());
}

function read(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "5" },
      tools: { type: "string", default: TOOLS.join(",") },
      chart: { type: "boolean", default: false },
    },
  });
  const known = Object.keys(measurements);
  const tools = values.tools.split(",") as ToolName[];
  for (const name of positionals) if (!known.includes(name)) throw new Error(oneOf("part", name, known));
  for (const name of tools) if (!TOOLS.includes(name)) throw new Error(oneOf("tool", name, TOOLS));
  return {
    parts: positionals.length > 0 ? positionals : known,
    runs: Number(values.runs),
    tools,
    chart: values.chart,
  };
}

const oneOf = (what: string, name: string, known: readonly string[]): string =>
  `there is no ${what} "${name}"; it is one of: ${known.join(", ")}`;
