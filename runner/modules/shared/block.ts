// The rules of blockinfile, on plain text.

import { type Edited, splitLines } from "./lines.ts";

export interface BlockWish {
  /** Empty: the block goes. */
  readonly block: string;
  readonly begin: string;
  readonly end: string;
  /** Where a new block goes; without either, at the end. */
  readonly after?: RegExp;
  readonly before?: RegExp | "start";
}

/** Undefined when the text is as it should be. */
export function editBlock(text: string, wish: BlockWish): Edited | undefined {
  const lines = splitLines(text);
  const first = lines.findLastIndex((line) => withoutEnd(line) === wish.begin);
  const last = lines.findLastIndex((line) => withoutEnd(line) === wish.end);
  const found = first >= 0 && last >= 0;
  const at = found ? Math.min(first, last) : placeFor(lines, wish);
  const rest = found ? lines.toSpliced(at, Math.abs(last - first) + 1) : lines;
  const block = wish.block === "" ? [] : [wish.begin, ...wish.block.replace(/\n$/, "").split("\n"), wish.end];
  const before = rest.slice(0, at);
  // Also when the block goes: Ansible ends the line before it in any case.
  const open = at > 0 && !before[at - 1]?.endsWith("\n");
  const whole = [...before, open ? "\n" : "", ...block.map((line) => `${line}\n`), ...rest.slice(at)].join(
    "",
  );
  if (whole === text) return undefined;
  const message = block.length === 0 ? "Block removed" : "Block inserted";
  return { text: whole, message };
}

function placeFor(lines: readonly string[], { after, before }: BlockWish): number {
  if (before === "start") return 0;
  const pattern = after ?? before;
  const anchor = pattern ? lines.findLastIndex((line) => pattern.test(line)) : -1;
  if (anchor < 0) return lines.length;
  return after ? anchor + 1 : anchor;
}

function withoutEnd(line: string): string {
  return line.replace(/\n$/, "");
}
