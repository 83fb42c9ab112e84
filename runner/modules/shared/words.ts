// Splits a command line into words as Python's shlex.split does, which is what Ansible's command and
// validate do: quotes and backslashes as in POSIX shell, and nothing else is special.

/** Throws with a sentence when a quote is not closed. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] as string;
    if (/[ \t\r\n]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) throw new Error(`a single quote is not closed in: ${line}`);
      word = (word ?? "") + line.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      const quoted = /"((?:[^"\\]|\\[\s\S])*)"/y;
      quoted.lastIndex = at;
      const found = quoted.exec(line);
      if (!found) throw new Error(`a double quote is not closed in: ${line}`);
      word = (word ?? "") + (found[1] ?? "").replace(/\\(["\\])/g, "$1");
      at += found[0].length - 1;
    } else if (char === "\\") {
      if (at + 1 >= line.length) throw new Error(`a backslash stands alone at the end of: ${line}`);
      word = (word ?? "") + line[at + 1];
      at += 1;
    } else word = (word ?? "") + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}
