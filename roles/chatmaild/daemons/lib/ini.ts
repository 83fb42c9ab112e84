// Reads the INI text of chatmail.ini: sections, `key = value`, comment lines, and values that go on in
// indented lines. It knows nothing of what the keys mean; that is config.ts.

export type Section = ReadonlyMap<string, string>;

/** The given section as key and value; throws with the line number where the text is not INI. */
export function readIniSection(text: string, section: string): Section {
  const values = new Map<string, string>();
  let current: string | undefined;
  let key: string | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const fail = (what: string): never => {
      throw new Error(`line ${index + 1}: ${what}`);
    };
    if (/^\s*([#;].*)?$/.test(line)) continue;
    if (/^\s/.test(line)) {
      if (key === undefined) fail("an indented line that continues nothing");
      else if (current === section) values.set(key, `${values.get(key)}\n${line.trim()}`.trim());
      continue;
    }
    const heading = /^\[(.*)\]\s*$/.exec(line);
    if (heading) {
      current = heading[1];
      key = undefined;
      continue;
    }
    const pair = /^([^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (!pair?.[1]) return fail("expected `key = value`");
    key = pair[1];
    if (current !== section) continue;
    if (values.has(key)) fail(`${key} is given twice`);
    values.set(key, pair[2] ?? "");
  }
  return values;
}
