// What known_hosts files say about the key of a host: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". Pure: text and
// keys in, a verdict out; which files are read, and what the user is told, is in host-keys.ts.

import { createHmac, timingSafeEqual } from "node:crypto";

/** One line of a file that can be understood. */
export interface KnownKey {
  readonly marker: "none" | "cert-authority" | "revoked";
  /** The first field: patterns with commas between them, or one hashed name. */
  readonly hosts: string;
  readonly type: string;
  /** As it travels on the wire (RFC 4253, 6.6). */
  readonly key: Buffer;
  readonly file: string;
  readonly line: number;
}

export type Verdict =
  | { readonly kind: "trusted" }
  /** Nothing is known of the host but, perhaps, an authority that signs its keys. */
  | { readonly kind: "unknown"; readonly authority?: KnownKey }
  /** Known is another key of that type, or only keys of other types. */
  | { readonly kind: "changed"; readonly known: KnownKey }
  | { readonly kind: "revoked"; readonly known: KnownKey };

/** Lines that cannot be understood are passed over, as ssh does. */
export function parseKnownHosts(text: string, file: string): KnownKey[] {
  return text.split("\n").flatMap((line, index) => {
    const known = parseLine(line);
    return known ? [{ ...known, file, line: index + 1 }] : [];
  });
}

function parseLine(line: string): Omit<KnownKey, "file" | "line"> | undefined {
  const fields = line.trim().split(/[ \t]+/);
  if (fields[0]?.startsWith("#")) return undefined;
  const marked = fields[0]?.startsWith("@") ? fields.shift() : undefined;
  const marker = marked === undefined ? "none" : marked.slice(1);
  const [hosts, type, encoded] = fields;
  if (marker !== "none" && marker !== "cert-authority" && marker !== "revoked") return undefined;
  if (!hosts || !type || !encoded) return undefined;
  const key = Buffer.from(encoded, "base64");
  return keyType(key) === type ? { marker, hosts, type, key } : undefined;
}

/** The name of a key's type, which is the first string in it; nothing when that is no key. */
export function keyType(key: Buffer): string | undefined {
  if (key.length < 8) return undefined;
  const length = key.readUInt32BE(0);
  if (length === 0 || length > 64 || key.length <= 4 + length) return undefined;
  const type = key.toString("latin1", 4, 4 + length);
  return /^[a-z0-9@.-]+$/.test(type) ? type : undefined;
}

/** How a host is called in the files. */
export function lookupName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** What is known under any of the names; the names as from `lookupName`. */
export function entriesFor(known: readonly KnownKey[], names: readonly string[]): KnownKey[] {
  return known.filter(({ hosts }) => names.some((name) => matches(hosts, name)));
}

export function judge(entries: readonly KnownKey[], key: Buffer): Verdict {
  const same = (entry: KnownKey) => entry.key.equals(key);
  const revoked = entries.find((entry) => entry.marker === "revoked" && same(entry));
  if (revoked) return { kind: "revoked", known: revoked };
  const plain = entries.filter((entry) => entry.marker === "none");
  if (plain.some(same)) return { kind: "trusted" };
  const known = plain.find((entry) => entry.type === keyType(key)) ?? plain[0];
  if (known) return { kind: "changed", known };
  const authority = entries.find((entry) => entry.marker === "cert-authority");
  return authority ? { kind: "unknown", authority } : { kind: "unknown" };
}

function matches(hosts: string, name: string): boolean {
  return hosts.startsWith("|") ? matchesHash(hosts, name) : matchesList(hosts.toLowerCase(), name);
}

/** Patterns with commas between them; none of those with "!" before them may fit. */
export function matchesList(list: string, name: string): boolean {
  let found = false;
  for (const pattern of list.split(",")) {
    const negated = pattern.startsWith("!");
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

/** "|1|salt|hash", both in base64: the HMAC-SHA1 of the name. */
function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt, hash, ...more] = hosts.split("|");
  if (version !== "1" || !salt || !hash || more.length > 0) return false;
  const expected = Buffer.from(hash, "base64");
  const found = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  return expected.length === found.length && timingSafeEqual(expected, found);
}

/** "*" is any text, "?" one character: ssh_config(5), "PATTERNS". Takes no more than length x length steps. */
export function matchesPattern(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let restart = 0;
  for (let index = 0; index < name.length; ) {
    if (pattern[at] === "*") {
      star = at++;
      restart = index;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === name[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      index = ++restart;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
