// The first line of a template file may set how it is read: #jinja2: lstrip_blocks: True

import type { Problem } from "../source/problem.ts";
import { didYouMean } from "../source/suggest.ts";
import { isSwitch, SETTING_NAMES, settingsApplied } from "./settings.ts";
import type { LexerOptions } from "./syntax/lexer.ts";
import { withoutEscapes } from "./syntax/literals.ts";

/** The rest of the text, and how many lines were taken from its start. */
export function headerOptions(
  text: string,
  given: LexerOptions,
  file: string,
  problems: Problem[],
): { options: LexerOptions; body: string; skipped: number } {
  const header = /^#jinja2:([^\n]*)(?:\n|$)/.exec(text);
  if (!header) return { options: given, body: text, skipped: 0 };
  const settings: Record<string, unknown> = {};
  let column = "#jinja2:".length + 1;
  for (const part of header[1]!.split(",")) {
    const [, name = "", value = ""] = /^\s*([^:]*?)\s*:\s*(.*?)\s*$/.exec(part) ?? [];
    const at = { file, line: 1, column: column + (part.length - part.trimStart().length) };
    const problem = (message: string, hint?: string): void => {
      problems.push({ code: "template-header", message, at, ...(hint === undefined ? {} : { hint }) });
    };
    if (!SETTING_NAMES.includes(name)) {
      const hint = didYouMean(name, SETTING_NAMES) ?? `known are ${SETTING_NAMES.join(", ")}`;
      problem(`"${part.trim()}" is not supported in #jinja2:`, hint);
    } else if (isSwitch(name)) {
      if (/^(?:True|False)$/.test(value)) settings[name] = value === "True";
      else problem(`${name} takes True or False`);
    } else {
      const [, , inside = ""] = /^(['"])(.+)\1$/.exec(value) ?? [];
      const meant = withoutEscapes(inside);
      if (meant) settings[name] = meant;
      else problem(`${name} takes a text in quotes`);
    }
    column += part.length + 1;
  }
  return { options: settingsApplied(settings, given), body: text.slice(header[0].length), skipped: 1 };
}
