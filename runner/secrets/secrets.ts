// The texts that must never be shown, and how they are kept out of what is shown. A secret is noted down as soon as
// its value is known; from then on stars stand in its place, wherever it turns up and whatever brought it there.

/** What stands in the place of a secret. */
export const STARS = "********";

/** A shorter secret is only hidden where it stands alone: "a" is a part of nearly every text. */
const SHORTEST_PART = 4;
/** A line of a longer secret that stands alone is hidden when it has so many characters. */
const SHORTEST_LINE = 8;

export class Secrets {
  private readonly texts = new Set<string>();
  private pattern: RegExp | undefined;

  /** Notes down the texts and numbers in a value, at any depth; `least` leaves out what has fewer characters. */
  add(value: unknown, least = 1): void {
    if (typeof value === "string" || typeof value === "number") this.addText(String(value), least);
    else if (typeof value === "object" && value !== null)
      for (const part of value instanceof Map ? value.values() : Object.values(value)) this.add(part, least);
  }

  /** The text with stars for secrets. */
  mask(text: string): string {
    if (this.texts.size === 0) return text;
    this.pattern ??= patternOf(this.texts);
    return text.replace(this.pattern, STARS);
  }

  /** The same for all texts in a value, the names of members too. */
  maskAll<Value>(value: Value): Value {
    return this.texts.size === 0 ? value : (this.maskDeep(value) as Value);
  }

  private addText(text: string, least: number): void {
    const bare = text.trim();
    if (bare.length < least || bare === "" || this.texts.has(bare)) return;
    this.texts.add(bare);
    this.pattern = undefined;
    const lines = bare.split("\n").map((line) => line.trim());
    if (lines.length > 1)
      for (const line of lines) if (line.length >= SHORTEST_LINE) this.addText(line, least);
  }

  private maskDeep(value: unknown): unknown {
    if (typeof value === "string") return this.mask(value);
    if (typeof value === "number") return this.texts.has(String(value)) ? STARS : value;
    if (Array.isArray(value)) return value.map((each) => this.maskDeep(each));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [this.mask(key), this.maskDeep(each)]),
    );
  }
}

/** The longest first, so that of a secret within another one nothing is left over. */
function patternOf(texts: ReadonlySet<string>): RegExp {
  const notations = new Set([...texts].flatMap(notationsOf));
  const longestFirst = [...notations].sort((a, b) => b.length - a.length);
  const parts = longestFirst.map((text) => {
    const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    return text.length < SHORTEST_PART ? `(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])` : escaped;
  });
  return new RegExp(parts.join("|"), "gu");
}

/** How a text looks in shell, in JSON, in YAML, in what Python prints, in HTML, in an address, and in base64. */
function notationsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const python = json.replaceAll('\\"', '"');
  const html = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const written = [
    text,
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", "''"),
    json,
    python,
    python.replaceAll("'", "\\'"),
    html.replaceAll("'", "&#39;").replaceAll('"', "&#34;"),
    encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")),
  ];
  if (text.length < SHORTEST_PART) return written;
  return [...written, ...base64Of(Buffer.from(text))];
}

/** Alone, and within something longer, at each place that it can have among the groups of three bytes. */
function base64Of(bytes: Buffer): string[] {
  const within = [0, 1, 2].map((before) => {
    const coded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    return coded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const whole = bytes.toString("base64").replace(/=+$/, "");
  return [whole, ...within.filter((part) => part.length > SHORTEST_PART)];
}
