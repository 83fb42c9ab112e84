// The figures as a picture for the README, docs/bench.svg: readable on light and on dark.

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Part, Results } from "./results.ts";
import { TOOLS, type ToolName } from "./tools.ts";

const FILE = fileURLToPath(new URL("../../../docs/bench.svg", import.meta.url));

/** What is drawn, in this order. */
const SHOWN: readonly (readonly [part: string, scenario: string, title: string])[] = [
  ["tasks", "no-op", "84 tasks, nothing to change"],
  ["tasks", "one file changed", "one file changed, its service restarted"],
  ["tasks", "first converge", "all of it to do, packages already there"],
  ["delay", "no-op", "nothing to change, 50 ms away"],
];

const NAMES: Readonly<Record<ToolName, string>> = {
  "by hand": "ssh and a script written for it",
  "chatmail-play": "chatmail-play",
  mitogen: "Ansible with mitogen",
  ansible: "Ansible, pipelining",
};

const [WIDTH, LEFT, RIGHT, BAR, GAP, TITLE] = [760, 232, 64, 16, 6, 30];

export async function drawChart(results: Results): Promise<void> {
  await writeFile(FILE, chart(results));
}

function chart({ parts, machine }: Results): string {
  const shown = SHOWN.flatMap(([part, scenario, title]) => {
    const figures = parts[part]?.scenarios[scenario];
    return figures ? [{ title, rows: rowsOf(figures) }] : [];
  });
  const longest = Math.max(...shown.flatMap(({ rows }) => rows.map(({ seconds }) => seconds)));
  const scale = (WIDTH - LEFT - RIGHT) / longest;
  const lines: string[] = [];
  let y = 8;
  for (const { title, rows } of shown) {
    lines.push(`<text class="title" x="8" y="${y + 18}">${title}</text>`);
    y += TITLE;
    for (const { tool, seconds } of rows) {
      lines.push(bar(y, tool, seconds, scale));
      y += BAR + GAP;
    }
    y += GAP;
  }
  lines.push(
    `<text class="note" x="8" y="${y + 14}">seconds, median, one lab host on ${escaped(machine)}</text>`,
  );
  return frame(y + 26, lines);
}

function rowsOf(figures: Part["scenarios"][string]) {
  return TOOLS.flatMap((tool) => {
    const seconds = figures[tool]?.seconds[0];
    return seconds === undefined ? [] : [{ tool, seconds }];
  });
}

function bar(y: number, tool: ToolName, seconds: number, scale: number): string {
  const width = Math.max(1, seconds * scale).toFixed(1);
  const text = y + BAR - 4;
  const kind = tool === "chatmail-play" ? "own" : "other";
  return `<text x="${LEFT - 8}" y="${text}" text-anchor="end">${NAMES[tool]}</text>
<rect class="${kind}" x="${LEFT}" y="${y}" width="${width}" height="${BAR}" rx="2"/>
<text x="${(LEFT + Number(width) + 6).toFixed(1)}" y="${text}">${seconds.toFixed(seconds < 10 ? 2 : 1)}</text>`;
}

function frame(height: number, lines: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" role="img" aria-labelledby="t">
<title id="t">How long runs take: by hand, with chatmail-play, with Ansible and mitogen, with Ansible</title>
<style>
text { fill: #1c2733 } .title { font-weight: bold } .note { font-size: 11px; fill: #51606e }
.own { fill: #2e8b4f } .other { fill: #9aa7b5 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .note { fill: #9aa7b5 } .own { fill: #4cc27a } .other { fill: #6b7885 }
}
</style>
${lines.join("\n")}
</svg>
`;
}

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
