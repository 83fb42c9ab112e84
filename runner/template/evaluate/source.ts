// How texts are read before they are parsed, and what Ansible does about line breaks at their end.

/** Jinja2 takes one line break from the end of every template. */
export function withoutFinalNewline(text: string): string {
  return text.replace(/(?:\r\n|\r|\n)$/, "");
}

/** Ansible gives back as many line breaks as the source has at its end. */
export function restoreNewlines(result: string, source: string, newline = "\n"): string {
  const missing = newlinesAtEnd(source) - newlinesAtEnd(result);
  return missing > 0 ? result + newline.repeat(missing) : result;
}

function newlinesAtEnd(text: string): number {
  let count = 0;
  while (count < text.length && text[text.length - 1 - count] === "\n") count++;
  return count;
}
