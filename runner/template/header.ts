// The first line of a template file may set how its white space is treated: #jinja2: lstrip_blocks: True

import type { Problem } from "../source/problem.ts";
import { didYouMean } from "../source/suggest.ts";
import type { LexerOptions } from "./syntax/lexer.ts";

const SETTINGS = { trim_blocks: "trimBlocks", lstrip_blocks: "lstripBlocks" } as const;

/** The rest of the text, and how many lines were taken from its start. */
export function headerOptions(
  text: string,
  defaults: LexerOptions,
  file: string,
  problems: Problem[],
): { options: LexerOptions; body: string; skipped: number } {
  const header = /^#jinja2:([^\n]*)(?:\n|$)/.exec(text);
  if (!header) return { options: defaults, body: text, skipped: 0 };
  const options = { ...defaults };
  let column = "#jinja2:".length + 1;
  for (const part of header[1]!.split(",")) {
    const [, name = "", value = ""] = /^\s*([^:]*?)\s*:\s*(.*?)\s*$/.exec(part) ?? [];
    const at = { file, line: 1, column: column + (part.length - part.trimStart().length) };
    if (!Object.hasOwn(SETTINGS, name)) {
      const hint =
        didYouMean(name, Object.keys(SETTINGS)) ?? `known are ${Object.keys(SETTINGS).join(" and ")}`;
      problems.push({
        code: "template-header",
        message: `"${part.trim()}" is not supported in #jinja2:`,
        at,
        hint,
      });
    } else if (!/^(?:True|False)$/.test(value)) {
      problems.push({ code: "template-header", message: `${name} takes True or False`, at });
    } else options[SETTINGS[name as keyof typeof SETTINGS]] = value === "True";
    column += part.length + 1;
  }
  return { options, body: text.slice(header[0].length), skipped: 1 };
}
