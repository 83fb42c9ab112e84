// Where the text report writes: lines that stay, and on a terminal one line below them that comes and goes.

export type Write = (text: string) => void;

export interface Screen {
  /** Lines that stay. */
  print(lines: readonly string[]): void;
  /** Shows the line that does not stay; nothing where there is no terminal. */
  show(line: string): void;
  clear(): void;
}

const ERASE_LINE = "\r\u001b[K";

export function createScreen(write: Write, live: boolean): Screen {
  let shown = "";

  function clear(): void {
    if (shown !== "") write(ERASE_LINE);
    shown = "";
  }

  return {
    print(lines) {
      const erase = shown === "" ? "" : ERASE_LINE;
      shown = "";
      // In one write, so that nothing can come between.
      write(`${erase}${lines.map((line) => `${line}\n`).join("")}`);
    },
    show(line) {
      if (!live || line === shown) return;
      write(`${shown === "" ? "" : ERASE_LINE}${line}`);
      shown = line;
    },
    clear,
  };
}
