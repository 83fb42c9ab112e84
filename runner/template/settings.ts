// How a template file is to be read, by the names that the module template has for it and that may stand in the
// file's first line: #jinja2: lstrip_blocks: True, variable_start_string: '[['

import type { Delimiters } from "./syntax/delimiters.ts";
import type { LexerOptions } from "./syntax/lexer.ts";

const DELIMITER_NAMES = {
  block_start_string: "blockStart",
  block_end_string: "blockEnd",
  variable_start_string: "variableStart",
  variable_end_string: "variableEnd",
  comment_start_string: "commentStart",
  comment_end_string: "commentEnd",
} as const satisfies Readonly<Record<string, keyof Delimiters>>;

type DelimiterName = keyof typeof DELIMITER_NAMES;

export type TemplateSettings = {
  readonly [Name in DelimiterName]?: string | undefined;
} & {
  readonly trim_blocks?: boolean | undefined;
  readonly lstrip_blocks?: boolean | undefined;
  readonly newline_sequence?: string | undefined;
};

const SWITCHES: readonly string[] = ["trim_blocks", "lstrip_blocks"];
export const SETTING_NAMES: readonly string[] = [
  ...SWITCHES,
  "newline_sequence",
  ...Object.keys(DELIMITER_NAMES),
];

export function isSwitch(name: string): boolean {
  return SWITCHES.includes(name);
}

const NEWLINES: Readonly<Record<string, string>> = { "\\n": "\n", "\\r": "\r", "\\r\\n": "\r\n" };

export function settingsApplied(settings: TemplateSettings, options: LexerOptions): LexerOptions {
  const { trim_blocks, lstrip_blocks, newline_sequence } = settings;
  const strings = Object.entries(DELIMITER_NAMES).flatMap(([name, key]) => {
    const given = settings[name as DelimiterName];
    return given === undefined ? [] : [[key, given] as const];
  });
  return {
    ...options,
    ...(trim_blocks === undefined ? {} : { trimBlocks: trim_blocks }),
    ...(lstrip_blocks === undefined ? {} : { lstripBlocks: lstrip_blocks }),
    ...(newline_sequence === undefined ? {} : { newline: NEWLINES[newline_sequence] ?? newline_sequence }),
    ...(strings.length === 0
      ? {}
      : { delimiters: { ...options.delimiters, ...Object.fromEntries(strings) } }),
  };
}
