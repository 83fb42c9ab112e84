// Figures as a Markdown table: medians, how many times as long as by hand, round trips.

import type { Figures, Part } from "./results.ts";
import { TOOLS } from "./tools.ts";

export function table({ title, scenarios }: Part): string {
  const tools = TOOLS.filter((tool) => Object.values(scenarios).some((of) => of[tool]));
  const rows = Object.entries(scenarios).map(([scenario, of]) => [
    scenario,
    ...tools.map((tool) => cell(of[tool], of["by hand"])),
    String(of["chatmail-play"]?.roundTrips ?? ""),
  ]);
  const all = [[title, ...tools, "round trips"], ["---", ...tools.map(() => "---"), "---"], ...rows];
  return all.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function cell(of: Figures | undefined, floor: Figures | undefined): string {
  if (!of) return "";
  const [median] = of.seconds;
  const times = floor && floor !== of ? ` (${times2(median / floor.seconds[0])})` : "";
  return `${median.toFixed(2)} s${times}`;
}

const times2 = (ratio: number): string => `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)}x`;
