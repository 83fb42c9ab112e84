// How texts are read before they are parsed, and what Ansible does about line breaks at their end.

import type { LexerOptions } from "../syntax/lexer.ts";

/** Ansible's settings for template files. */
export const FILE_OPTIONS: LexerOptions = {
  trimBlocks: true,
  lstripBlocks: false,
  literalBackslashes: false,
};

/** And for values of playbooks. */
export const VALUE_OPTIONS: LexerOptions = {
  trimBlocks: true,
  lstripBlocks: false,
  literalBackslashes: true,
};

/** Jinja2 takes one line break from the end of every template. */
export function withoutFinalNewline(text: string): string {
  return text.replace(/(?:\r\n|\r|\n)$/, "");
}

/** Ansible gives back as many line breaks as the source has at its end. */
export function restoreNewlines(result: string, source: string): string {
  const missing = newlinesAtEnd(source) - newlinesAtEnd(result);
  return missing > 0 ? result + "\n".repeat(missing) : result;
}

function newlinesAtEnd(text: string): number {
  let count = 0;
  while (count < text.length && text[text.length - 1 - count] === "\n") count++;
  return count;
}
