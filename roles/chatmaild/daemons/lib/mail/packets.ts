// Walks over OpenPGP packets (RFC 9580 section 4.2) without keeping them: any number of session keys (types 1 and
// 3), then exactly one type 18, Symmetrically Encrypted and Integrity Protected Data, that ends with the data.
// Only the structure is looked at; nothing is decrypted, and what is inside cannot be known.

const PUBLIC_KEY_SESSION_KEY = 1;
const SYMMETRIC_KEY_SESSION_KEY = 3;
const ENCRYPTED_DATA = 18;

export class PacketWalker {
  /** Bytes of the current body, or of its current piece, that may be skipped unread. */
  skip = 0;
  #header: number[] = [];
  #state: "packet" | "piece" | "end" | "bad" = "packet";
  #bytes = 0;

  get bad(): boolean {
    return this.#state === "bad";
  }

  /** The walk is where one encrypted message ends. */
  get complete(): boolean {
    return this.#bytes > 0 && this.skip === 0 && this.#state === "end" && this.#header.length === 0;
  }

  /** Takes one byte; the caller counts `skip` down itself where that is quicker. */
  byte(value: number): void {
    this.#bytes++;
    if (this.skip > 0) this.skip--;
    else if (this.#state === "packet") this.#packetHeader(value);
    else if (this.#state === "piece") this.#pieceHeader(value);
    else this.#state = "bad";
  }

  #packetHeader(value: number): void {
    const header = this.#header;
    header.push(value);
    const first = header[0]!;
    if ((first & 0x80) === 0) this.#state = "bad";
    else if (first & 0x40) {
      const type = first & 0x3f;
      const length = header.length > 1 ? newLength(header, 1) : undefined;
      if (length) this.#body(type, length);
    } else {
      const octets = [1, 2, 4][first & 3];
      // The fourth form has no length: the packet would end wherever a reader thinks it does.
      if (octets === undefined) this.#state = "bad";
      else if (header.length === 1 + octets)
        this.#body((first >> 2) & 0x0f, { size: bigEndian(header, 1), last: true });
    }
  }

  #pieceHeader(value: number): void {
    this.#header.push(value);
    const length = newLength(this.#header, 0);
    if (length) this.#body(ENCRYPTED_DATA, length);
  }

  #body(type: number, { size, last }: Length): void {
    this.#header = [];
    this.skip = size;
    if (type === ENCRYPTED_DATA) this.#state = last ? "end" : "piece";
    // Partial lengths are for data packets only (section 4.2.1.4).
    else if ((type === PUBLIC_KEY_SESSION_KEY || type === SYMMETRIC_KEY_SESSION_KEY) && last)
      this.#state = "packet";
    else this.#state = "bad";
  }
}

interface Length {
  readonly size: number;
  /** False for a partial length, which another length follows. */
  readonly last: boolean;
}

/** The length that starts at `at` (section 4.2.1), or undefined while octets of it are missing. */
function newLength(header: readonly number[], at: number): Length | undefined {
  const first = header[at]!;
  const octets = header.length - at;
  if (first < 192) return { size: first, last: true };
  if (first < 224)
    return octets < 2 ? undefined : { size: ((first - 192) << 8) + header[at + 1]! + 192, last: true };
  if (first < 255) return { size: 2 ** (first & 0x1f), last: false };
  return octets < 5 ? undefined : { size: bigEndian(header, at + 1), last: true };
}

function bigEndian(header: readonly number[], from: number): number {
  return header.slice(from).reduce((value, octet) => value * 256 + octet, 0);
}

/** True for the packets of one encrypted message and nothing else. */
export function isEncryptedMessage(data: Uint8Array): boolean {
  const walker = new PacketWalker();
  for (const value of data) walker.byte(value);
  return walker.complete;
}
