// The typed configuration of the daemons: chatmail.ini read by the schema of roles/chatmaild/role.yaml.
// Options of other programs in the same file are passed over; every problem is told with its key.

import { readFileSync } from "node:fs";
import type { FromSchema } from "json-schema-to-ts";
import { checkOption, type OptionSchema, type OptionValue } from "./check.ts";
import { readIniSection } from "./ini.ts";
import schema from "./schema.generated.ts";

export type Config = Readonly<FromSchema<typeof schema>>;

const OPTIONS: Readonly<Record<string, OptionSchema>> = schema.properties;

/** Reads and checks the file; throws one error that names the file and lists all that is wrong. */
export function readConfig(path: string): Config {
  try {
    return parseConfig(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
}

export function parseConfig(text: string): Config {
  const given = readIniSection(text, "params");
  const problems: string[] = [];
  const config: Record<string, OptionValue> = {};
  for (const [key, option] of Object.entries(OPTIONS)) {
    const value = given.get(key) ?? defaultOf(option, config);
    if (value === undefined) {
      problems.push(`${key} is missing in section [params]`);
      continue;
    }
    try {
      config[key] = checkOption(value, option);
    } catch (error) {
      problems.push(`${key} ${(error as Error).message}`);
    }
  }
  const [min, max] = [config.username_min_length, config.username_max_length];
  if (min !== undefined && max !== undefined && min > max)
    problems.push(`username_min_length must not be above username_max_length`);
  if (problems.length > 0) throw new Error(problems.join("; "));
  return config as Config;
}

/**
 * Defaults are written for the runner and may contain `{{ name }}`. A name that is an option already read
 * is filled in; any other is known on the operator's machine only, and then the file must have the key.
 */
function defaultOf({ default: value }: OptionSchema, known: Record<string, OptionValue>): string | undefined {
  if (value === undefined) return undefined;
  let complete = true;
  const text = String(value).replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    if (known[name] === undefined) complete = false;
    return String(known[name]);
  });
  return complete ? text : undefined;
}

/** Bytes of a size option such as 500M, 1G, 20MB; a bare number counts megabytes. */
export function sizeInBytes(size: string): number {
  const [, digits = "0", unit = "M"] = /^([0-9]+)([MG])?B?$/.exec(size) ?? [];
  return Number(digits) * 1024 ** (unit === "G" ? 3 : 2);
}
