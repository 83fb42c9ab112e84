// One ASCII-armored OpenPGP message (RFC 9580 section 6), line by line, with nothing before, after or between:
// every byte of it is either fixed by the format or strict base64 of packets. The checksum's form is checked,
// its value is not (readers ignore it, section 6.1), and it may be left out.

import { PacketWalker } from "./packets.ts";

const BEGIN = "-----BEGIN PGP MESSAGE-----";
const END = "-----END PGP MESSAGE-----";

const PAD = 0x3d;
const INVALID = 64;
const VALUES = new Uint8Array(256).fill(INVALID);
for (const [value, char] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries())
  VALUES[char.charCodeAt(0)] = value;

type State = "begin" | "armor-header" | "blank" | "data" | "padded" | "checksum" | "end" | "bad";

export interface ArmorOptions {
  /** Let one armor header line "Version: ..." pass: Proton Mail writes it. */
  readonly versionLine: boolean;
}

export class ArmorReader {
  readonly #versionLine: boolean;
  readonly #packets = new PacketWalker();
  #state: State = "begin";
  /** Up to four base64 digits that are not decoded yet. */
  #bits = 0;
  #digits = 0;

  constructor({ versionLine }: ArmorOptions) {
    this.#versionLine = versionLine;
  }

  /** Takes a line; false as soon as this cannot be one encrypted message. */
  line(bytes: Buffer, start: number, end: number): boolean {
    this.#state = this.#next(bytes, start, end);
    return this.#state !== "bad" && !this.#packets.bad;
  }

  /** True when all lines together were one encrypted message. */
  get complete(): boolean {
    return this.#state === "end" && this.#packets.complete;
  }

  #next(bytes: Buffer, start: number, end: number): State {
    const is = (text: string): boolean =>
      end - start === text.length && bytes.toString("latin1", start, end) === text;
    switch (this.#state) {
      case "begin":
        return is(BEGIN) ? "armor-header" : "bad";
      case "armor-header":
        if (start === end) return "data";
        return this.#versionLine && /^Version: [ -~]{0,70}$/.test(bytes.toString("latin1", start, end))
          ? "blank"
          : "bad";
      case "blank":
        return start === end ? "data" : "bad";
      case "data":
        if (bytes[start] === PAD && end - start === 5) return this.#checksum(bytes, start, end);
        if (bytes[start] === 0x2d) return is(END) && this.#digits === 0 ? "end" : "bad";
        return start < end ? this.#data(bytes, start, end) : "bad";
      case "padded":
        if (bytes[start] === PAD && end - start === 5) return this.#checksum(bytes, start, end);
        return is(END) ? "end" : "bad";
      case "checksum":
        return is(END) ? "end" : "bad";
      case "end":
        return start === end ? "end" : "bad";
      case "bad":
        return "bad";
    }
  }

  #checksum(bytes: Buffer, start: number, end: number): State {
    if (this.#digits !== 0) return "bad";
    for (let i = start + 1; i < end; i++) if (VALUES[bytes[i]!] === INVALID) return "bad";
    return "checksum";
  }

  /** Only the headers of packets are decoded: the bodies between them are checked for base64 and counted. */
  #data(bytes: Buffer, start: number, end: number): State {
    const packets = this.#packets;
    let { skip } = packets;
    let digits = this.#digits;
    let bits = this.#bits;
    for (let i = start; i < end; i++) {
      // Within a body groups of four are checked and counted at once: that is where nearly all the time goes.
      while (digits === 0 && skip >= 3 && i + 4 <= end) {
        const group =
          VALUES[bytes[i]!]! | VALUES[bytes[i + 1]!]! | VALUES[bytes[i + 2]!]! | VALUES[bytes[i + 3]!]!;
        if (group >= INVALID) break;
        skip -= 3;
        i += 4;
      }
      if (i === end) break;
      const value = VALUES[bytes[i]!]!;
      if (value === INVALID) {
        packets.skip = skip;
        this.#digits = digits;
        this.#bits = bits;
        return this.#padding(bytes, i, end);
      }
      bits = (bits << 6) | value;
      if (++digits < 4) continue;
      digits = 0;
      if (skip >= 3) skip -= 3;
      else {
        packets.skip = skip;
        packets.byte((bits >> 16) & 255);
        packets.byte((bits >> 8) & 255);
        packets.byte(bits & 255);
        skip = packets.skip;
      }
      bits = 0;
    }
    packets.skip = skip;
    this.#digits = digits;
    this.#bits = bits;
    return "data";
  }

  /** The last group, filled up with "=" to four characters; the bits that are left over must be zero. */
  #padding(bytes: Buffer, start: number, end: number): State {
    const missing = 4 - this.#digits;
    if (this.#digits < 2 || end - start !== missing) return "bad";
    for (let i = start; i < end; i++) if (bytes[i] !== PAD) return "bad";
    const bits = this.#bits << (6 * missing);
    if ((missing === 1 && bits & 255) || (missing === 2 && bits & 65535)) return "bad";
    this.#packets.byte((bits >> 16) & 255);
    if (missing === 1) this.#packets.byte((bits >> 8) & 255);
    this.#digits = 0;
    this.#bits = 0;
    return "padded";
  }
}
