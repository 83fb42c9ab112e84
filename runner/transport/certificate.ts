// Certificates of keys, as OpenSSH has them (PROTOCOL.certkeys): an authority's word that a key is a host's or a user's.
// Pure: a host's in, the key that it vouches for out, or why it does not; a user's is for the host to judge.

import { createPublicKey, type JsonWebKey, verify } from "node:crypto";

/** What a certificate is named after: the type of its key, and this. */
export const CERTIFICATE = "-cert-v01@openssh.com";
/** Of a key's own fields, which stand after its type: a certificate has the same. */
const FIELDS: Readonly<Record<string, number>> = {
  "ssh-ed25519": 1,
  "ecdsa-sha2-nistp256": 2,
  "ecdsa-sha2-nistp384": 2,
  "ecdsa-sha2-nistp521": 2,
  "ssh-rsa": 2,
};
const [USER, HOST] = [1, 2];

export interface Expected {
  /** How the host is called. */
  readonly names: readonly string[];
  /** Keys of authorities, as they travel. */
  readonly authorities: readonly Buffer[];
  /** Milliseconds. */
  readonly now: number;
}

export type Vouched = { readonly key: Buffer } | { readonly key: undefined; readonly why: string };

export function vouchedKey(certificate: Buffer, { names, authorities, now }: Expected): Vouched {
  try {
    const read = new Reader(certificate);
    const head = readHead(read);
    if ("unknown" in head) return no(`its type ${head.unknown} is not known`);
    const { key, kind } = head;
    const id = read.text();
    const principals = read.list();
    const [from, to] = [read.number64(), read.number64()];
    const critical = read.bytes();
    read.bytes();
    read.bytes();
    const authority = read.bytes();
    const signed = certificate.subarray(0, read.at);
    const signature = read.bytes();
    if (!authorities.some((each) => each.equals(authority))) return no("another authority has signed it");
    if (!isSigned(signed, authority, signature)) return no("its signature is wrong");
    if (kind !== HOST) return no("it is for a user, not for a host");
    if (!principals.some((name) => names.includes(name.toLowerCase())))
      return no(`"${id}" is for ${principals.join(", ") || "no host"}`);
    const seconds = BigInt(Math.floor(now / 1000));
    if (seconds < from) return no("it is not valid yet");
    if (seconds >= to) return no("it is valid no more");
    if (critical.length > 0) return no("it has conditions that are not known");
    return { key };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    return no("it cannot be read");
  }
}

/** The key that a user's certificate is for; nothing when it is none. */
export function userKeyIn(certificate: Buffer): Buffer | undefined {
  try {
    const head = readHead(new Reader(certificate));
    return "unknown" in head || head.kind !== USER ? undefined : head.key;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** Up to what it is for: the key as it travels, and whose it is. */
function readHead(
  read: Reader,
): { readonly key: Buffer; readonly kind: number } | { readonly unknown: string } {
  const name = read.text();
  const type = name.replace(CERTIFICATE, "");
  const count = FIELDS[type];
  if (count === undefined || type === name) return { unknown: type };
  read.bytes();
  const fields = Array.from({ length: count }, () => read.bytes());
  read.number64();
  return { key: Buffer.concat([Buffer.from(type), ...fields].map(withLength)), kind: read.number32() };
}

function no(why: string): Vouched {
  return { key: undefined, why };
}

export function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A signature names its algorithm; which ones fit is told by the authority's key. */
function isSigned(data: Buffer, authority: Buffer, signature: Buffer): boolean {
  const key = new Reader(authority);
  const type = key.text();
  const read = new Reader(signature);
  const [algorithm, bytes] = [read.text(), read.bytes()];
  if (type === "ssh-ed25519") {
    const jwk = { kty: "OKP", crv: "Ed25519", x: url(key.bytes()) };
    return algorithm === type && verify(null, data, publicKey(jwk), bytes);
  }
  if (type === "ssh-rsa") {
    const hash = { "rsa-sha2-256": "sha256", "rsa-sha2-512": "sha512" }[algorithm];
    const [e, n] = [key.bytes(), key.bytes()];
    return hash !== undefined && verify(hash, data, publicKey({ kty: "RSA", n: url(n), e: url(e) }), bytes);
  }
  const curve = CURVES[type];
  if (!curve || algorithm !== type) return false;
  const { crv, hash, size } = curve;
  key.bytes();
  const point = key.bytes();
  const jwk = { kty: "EC", crv, x: url(point.subarray(1, 1 + size)), y: url(point.subarray(1 + size)) };
  const numbers = new Reader(bytes);
  const both = Buffer.concat([numbers.bytes(), numbers.bytes()].map((number) => fixed(number, size)));
  return verify(hash, data, { key: publicKey(jwk), dsaEncoding: "ieee-p1363" }, both);
}

const CURVES: Readonly<Record<string, { crv: string; hash: string; size: number }>> = {
  "ecdsa-sha2-nistp256": { crv: "P-256", hash: "sha256", size: 32 },
  "ecdsa-sha2-nistp384": { crv: "P-384", hash: "sha384", size: 48 },
  "ecdsa-sha2-nistp521": { crv: "P-521", hash: "sha512", size: 66 },
};

function publicKey(key: JsonWebKey) {
  return createPublicKey({ format: "jwk", key });
}

function url(bytes: Buffer): string {
  return bytes.toString("base64url");
}

/** A number of any length as one of `size` bytes. */
function fixed(number: Buffer, size: number): Buffer {
  const bare = number.subarray(Math.max(0, number.length - size));
  return Buffer.concat([Buffer.alloc(size - bare.length), bare]);
}

/** Reads what RFC 4251, 5 calls string, uint32 and uint64; throws RangeError at the end. */
export class Reader {
  at = 0;
  private readonly from: Buffer;

  constructor(from: Buffer) {
    this.from = from;
  }

  number32(): number {
    this.at += 4;
    return this.from.readUInt32BE(this.at - 4);
  }

  number64(): bigint {
    this.at += 8;
    return this.from.readBigUInt64BE(this.at - 8);
  }

  bytes(): Buffer {
    const length = this.number32();
    if (this.at + length > this.from.length) throw new RangeError("too short");
    this.at += length;
    return this.from.subarray(this.at - length, this.at);
  }

  text(): string {
    return this.bytes().toString("utf8");
  }

  list(): string[] {
    const inside = new Reader(this.bytes());
    const texts: string[] = [];
    while (inside.at < inside.from.length) texts.push(inside.text());
    return texts;
  }
}
