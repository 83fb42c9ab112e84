// What the example of a filter or a test gives, as Python would print it: for the reference.

import { parseYaml } from "../source/yaml.ts";
import { compileValue } from "./compile.ts";
import { repr } from "./python/print.ts";
import { layeredScope, type RawValue } from "./scope.ts";

/** Throws when it is none that can be evaluated. */
export function valueOfExample(expression: string): string {
  const text = JSON.stringify(`{{ ${expression} }}`);
  const node = parseYaml({ file: "example", text }, []);
  if (!node) throw new Error(`no expression: ${expression}`);
  return repr((compileValue(node, []) as RawValue).raw(layeredScope([])));
}
