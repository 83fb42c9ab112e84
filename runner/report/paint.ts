// Colours, with Ansible's meaning: green is ok, yellow changed, cyan skipped, red failed. A colour ends with its
// line, so that lines can be copied one by one.

const codes = {
  ok: "32",
  changed: "33",
  skipped: "36",
  bad: "31",
  dim: "2",
  bold: "1",
  added: "32",
  removed: "31",
  hunk: "36",
} as const;

export type Ink = keyof typeof codes;

export type Paint = (ink: Ink, line: string) => string;

export const plain: Paint = (_ink, line) => line;

export const colored: Paint = (ink, line) => (line === "" ? "" : `\u001b[${codes[ink]}m${line}\u001b[0m`);
