// What a change does to a text, as a unified diff with the headers that Ansible's users know.

import { structuredPatch } from "diff";
import type { Diff } from "../modules/module.ts";
import type { Ink, Paint } from "./paint.ts";
import { visible, visibleName } from "./visible.ts";

/** Texts that differ in more lines than this take too long to compare; they are shown as replaced. */
const MAX_EDITS = 2_000;
const CONTEXT = 3;

export function diffLines({ path, before, after }: Diff, paint: Paint): string[] {
  const name = visibleName(path);
  const headers = [paint("removed", `--- before: ${name}`), paint("added", `+++ after: ${name}`)];
  if (before.includes("\0") || after.includes("\0")) {
    const sizes = `${Buffer.byteLength(before)} bytes before, ${Buffer.byteLength(after)} after`;
    return [...headers, paint("hunk", `@@ not a text: ${sizes} @@`)];
  }
  return [...headers, ...hunkLines(before, after).map((line) => paintLine(line, paint))];
}

function hunkLines(before: string, after: string): string[] {
  // Short descriptions ("0644") end without a newline on both sides; that is not worth a remark.
  const bare = !before.endsWith("\n") && !after.endsWith("\n");
  const [old, young] = bare ? [withNewline(before), withNewline(after)] : [before, after];
  const patch = structuredPatch("", "", old, young, "", "", { context: CONTEXT, maxEditLength: MAX_EDITS });
  if (!patch) return replaced(old, young);
  return patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    hunkHeader([oldStart, oldLines], [newStart, newLines]),
    ...lines,
  ]);
}

function withNewline(text: string): string {
  return text === "" ? "" : `${text}\n`;
}

function replaced(before: string, after: string): string[] {
  const [old, young] = [linesOf(before), linesOf(after)];
  return [
    hunkHeader([1, old.length], [1, young.length]),
    ...old.map((line) => `-${line}`),
    ...young.map((line) => `+${line}`),
  ];
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

type Range = readonly [start: number, lines: number];

/** A range without lines is said to begin at the line before it. */
function hunkHeader(before: Range, after: Range): string {
  const range = ([start, lines]: Range): string => `${lines === 0 ? start - 1 : start},${lines}`;
  return `@@ -${range(before)} +${range(after)} @@`;
}

const inks: Readonly<Record<string, Ink>> = { "+": "added", "-": "removed", "@": "hunk", "\\": "dim" };

function paintLine(line: string, paint: Paint): string {
  const ink = inks[line.charAt(0)];
  return ink ? paint(ink, visible(line)) : visible(line);
}
