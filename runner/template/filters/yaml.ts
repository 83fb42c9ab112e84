// YAML in and out: to_yaml and to_nice_yaml write what PyYAML would (see yaml-writer.ts).

import type { Problem } from "../../source/problem.ts";
import { parseYaml, type SourceNode } from "../../source/yaml.ts";
import { text, whole } from "../python/convert.ts";
import { truthy } from "../python/operators.ts";
import { Fault, Float } from "../python/values.ts";
import type { Filter } from "./filter.ts";
import { writeYaml, type YamlStyle } from "./yaml-writer.ts";

export const yamlFilters: readonly Filter[] = [
  {
    name: "to_yaml",
    doc: "As YAML, innermost lists and mappings on one line. indent, width, sort_keys, default_flow_style as in PyYAML.",
    example: "{'a': [1, 2]} | to_yaml",
    params: "**options",
    apply: (input, _args, { named }) => writeYaml(input, style(named, { indent: 2, flow: undefined })),
  },
  {
    name: "to_nice_yaml",
    doc: "As YAML with four spaces of indentation, every item on its own line.",
    example: "{'a': [1, 2]} | to_nice_yaml",
    params: "**options",
    apply: (input, _args, { named }) => writeYaml(input, style(named, { indent: 4, flow: false })),
  },
  {
    name: "from_yaml",
    fresh: true,
    doc: "The value that a YAML text holds.",
    example: "'a: [1, 2]' | from_yaml",
    apply: (input) => {
      const problems: Problem[] = [];
      const node = parseYaml({ file: "", text: text(input) }, problems);
      const [problem] = problems;
      if (problem) throw new Fault(`the text is no YAML: ${problem.message}`);
      return node ? dataOf(node) : null;
    },
  },
];

function dataOf(node: SourceNode): unknown {
  switch (node.kind) {
    case "scalar":
      return node.decimal ? new Float(Number(node.value)) : node.value;
    case "list":
      return node.items.map(dataOf);
    case "map":
      return new Map([...node.entries.values()].map((entry) => [entry.key, dataOf(entry.node)]));
  }
}

const OPTIONS = ["indent", "width", "sort_keys", "default_flow_style", "allow_unicode"];

function style(named: ReadonlyMap<string, unknown>, defaults: Pick<YamlStyle, "indent" | "flow">): YamlStyle {
  const wrong = [...named.keys()].find((name) => !OPTIONS.includes(name));
  if (wrong !== undefined) throw new Fault(`there is no option "${wrong}" for YAML`);
  const indent = named.has("indent") ? whole(named.get("indent")) : defaults.indent;
  const flow = named.get("default_flow_style");
  return {
    indent: indent > 1 && indent < 10 ? indent : 2,
    width: named.has("width") ? whole(named.get("width")) : 80,
    sort: truthy(named.get("sort_keys") ?? true),
    flow: flow === undefined ? defaults.flow : flow === null ? undefined : truthy(flow),
  };
}
