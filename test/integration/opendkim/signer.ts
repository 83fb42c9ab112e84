// Signs messages as other relays would, and as they should not. RFC 6376; relaxed header, simple body.
import { createHash, createSign, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

export interface Signing {
  readonly domain: string;
  readonly selector?: string;
  readonly key: KeyObject;
  /** Fields that are covered, each once. */
  readonly fields?: readonly string[];
  /** Covers that many bytes of the body only, and says so. */
  readonly bodyLength?: number;
  readonly algorithm?: "rsa-sha256" | "rsa-sha1" | "ed25519-sha256";
  /** Further tags, each with its semicolon: `i=@sub.example; `. */
  readonly tags?: string;
}

/** The message with a signature field on top. */
export function signed(message: string, signing: Signing): string {
  return `${signature(message, signing)}${message}`;
}

/** A DKIM-Signature field with its line end. */
export function signature(message: string, signing: Signing): string {
  const { domain, selector = "key", fields = ["From", "To", "Subject"], algorithm = "rsa-sha256" } = signing;
  const [head, body] = split(message);
  const hash = algorithm === "rsa-sha1" ? "sha1" : "sha256";
  const covered = canonicalBody(body).subarray(0, signing.bodyLength);
  const tags = [
    `v=1; a=${algorithm}; c=relaxed/simple; d=${domain}; s=${selector}; h=${fields.join(":")};`,
    `${signing.tags ?? ""}${signing.bodyLength === undefined ? "" : `l=${signing.bodyLength}; `}bh=${createHash(hash).update(covered).digest("base64")};`,
    "b=",
  ];
  const unsigned = `DKIM-Signature: ${tags.join("\r\n\t")}`;
  const input = `${relaxed(head, fields)}${relaxField(unsigned)}`;
  const value =
    algorithm === "ed25519-sha256"
      ? sign(null, createHash("sha256").update(input).digest(), signing.key)
      : createSign(hash).update(input).sign(signing.key);
  return `${unsigned}${value.toString("base64")}\r\n`;
}

export interface DomainKey {
  readonly key: KeyObject;
  /** The text of the key's record. */
  readonly record: string;
}

export function rsaKey(bits = 2048): DomainKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const spki = publicKey.export({ type: "spki", format: "der" });
  return { key: privateKey, record: `v=DKIM1;k=rsa;p=${spki.toString("base64")};s=email;t=s` };
}

export function ed25519Key(): DomainKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  return { key: privateKey, record: `v=DKIM1;k=ed25519;p=${raw.toString("base64")}` };
}

function split(message: string): [head: string, body: string] {
  const at = message.indexOf("\r\n\r\n");
  return [message.slice(0, at + 2), message.slice(at + 4)];
}

const canonicalBody = (body: string): Buffer => Buffer.from(`${body.replace(/(\r\n)*$/, "")}\r\n`);

/** The last field of each name, as a signer takes them (section 5.4.2). */
function relaxed(head: string, names: readonly string[]): string {
  const fields = head.split(/\r\n(?![ \t])/).filter((field) => field !== "");
  const last = names.map((name) =>
    fields.findLast((field) => field.toLowerCase().startsWith(`${name.toLowerCase()}:`)),
  );
  return last.map((field) => (field === undefined ? "" : `${relaxField(field)}\r\n`)).join("");
}

function relaxField(field: string): string {
  const colon = field.indexOf(":");
  const value = field.slice(colon + 1).replace(/\r\n/g, "");
  return `${field.slice(0, colon).trim().toLowerCase()}:${value.replace(/[ \t]+/g, " ").trim()}`;
}
