// Zones as text (RFC 1035, section 5; BIND's master file format): finds out what a text defines, and adds what a
// zone cannot be without. Does not judge the records: nsd-checkzone does. Pure.

export interface ZoneRecord {
  /** Lowercase, without the last dot. */
  readonly owner: string;
  readonly type: string;
}

/** What is known of the server that will answer for the zone. */
export interface ZoneServer {
  readonly name: string;
  readonly serial: number;
}

/** The text as it was, and after it SOA and NS of the zone if they are not in it. */
export function completeZone(zone: string, text: string, server: ZoneServer): string {
  const atTop = recordsOf(zone, text).filter(({ owner }) => owner === zone);
  const has = (type: string) => atTop.some((record) => record.type === type);
  const lines = [text.replace(/\n*$/, "\n")];
  // The last number: that a name does not exist is remembered for a second, so that it can be added a moment later.
  const soa = `${server.name}. hostmaster.${zone}. ${server.serial} 3600 600 604800 1`;
  if (!has("SOA")) lines.push(`${zone}. 60 IN SOA ${soa}\n`);
  if (!has("NS")) lines.push(`${zone}. 60 IN NS ${server.name}.\n`);
  return lines.join("");
}

export function recordsOf(zone: string, text: string): ZoneRecord[] {
  const records: ZoneRecord[] = [];
  let origin = zone;
  let owner = zone;
  const absolute = (name: string): string => {
    if (name === "@") return origin;
    return (name.endsWith(".") ? name.slice(0, -1) : `${name}.${origin}`).toLowerCase();
  };
  for (const { indented, words } of entriesOf(text)) {
    const [first = "", second = ""] = words;
    if (first.toUpperCase() === "$ORIGIN") origin = absolute(second);
    if (first.startsWith("$")) continue;
    if (!indented) owner = absolute(first);
    const rest = indented ? words : words.slice(1);
    // TTL and class come in any order, and either may be missing.
    const type = rest.find((word) => !/^(\d[\dsmhdw]*|in|ch|hs)$/i.test(word));
    if (type) records.push({ owner, type: type.toUpperCase() });
  }
  return records;
}

interface Entry {
  /** An entry that starts with white space is about the same name as the one before. */
  readonly indented: boolean;
  readonly words: readonly string[];
}

/** Entries are lines, but inside parentheses a line's end is just white space; texts in quotes are one word. */
function entriesOf(text: string): Entry[] {
  const entries: Entry[] = [];
  let indented = false;
  let words: string[] = [];
  let depth = 0;
  let atStart = true;
  const end = () => {
    if (words.length > 0) entries.push({ indented, words });
    words = [];
    atStart = true;
  };
  for (const [token] of text.matchAll(
    /\n|[^\S\n]+|;[^\n]*|[()]|"(?:\\[\s\S]|[^"\\])*"?|(?:\\[\s\S]|[^\s();"\\])+|\\/g,
  )) {
    if (token === "\n") {
      if (depth === 0) end();
      continue;
    }
    if (atStart) indented = /^\s/.test(token);
    atStart = false;
    if (token === "(") depth++;
    else if (token === ")") depth = Math.max(0, depth - 1);
    else if (!/^[\s;]/.test(token)) words.push(token);
  }
  end();
  return entries;
}
