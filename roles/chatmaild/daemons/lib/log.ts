// Log lines go to stderr, which systemd hands to the journal. Text from outside never breaks a line or
// drives a terminal: control characters are shown as escapes.

export type Log = (text: string) => void;

export const logToStderr: Log = (text) => {
  process.stderr.write(`${visible(text)}\n`);
};

export function visible(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
