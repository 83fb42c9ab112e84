// Reads settings of an INI file as Python's readers do: `name = value` or `name: value`, comments with # or ;
// at the beginning of a line, and values that go on in lines that are indented.

import type { Place } from "../source/problem.ts";

export interface IniSetting {
  readonly name: string;
  readonly value: string;
  readonly at: Place;
}

export interface Ini {
  readonly settings: readonly IniSetting[];
  /** Lines that are none of all this. */
  readonly strange: readonly Place[];
}

export function parseIni(text: string, file: string): Ini {
  const settings: { name: string; value: string; at: Place }[] = [];
  const strange: Place[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const at = { file, line: index + 1, column: 1 };
    const last = settings.at(-1);
    if (/^\s*([#;]|$)/.test(line) || /^\[[^\]]+\]\s*$/.test(line)) continue;
    const [, name, value] = /^([A-Za-z0-9_.-]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (/^\s/.test(line) && last) last.value = `${last.value}\n${line.trim()}`.trim();
    else if (name === undefined) strange.push(at);
    else settings.push({ name, value: value ?? "", at });
  }
  return { settings, strange };
}
