// The archive format in which batches and replies travel (POSIX.1-2017, pax, "ustar Interchange Format").
// Only what that needs: regular files with short names. Debian's tar is at the other end.

const BLOCK = 512;
/** The size field has eleven octal digits. */
const LARGEST = 0o77777777777;

export interface Member {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function pack(members: readonly Member[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const { name, bytes } of members) {
    parts.push(header(name, bytes.length), bytes, Buffer.alloc(padding(bytes.length)));
  }
  parts.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(parts);
}

/** Where an archive is read from: the next `count` bytes, in order. */
export interface Source {
  take(count: number): Promise<Buffer>;
}

/** Reads one archive up to and including its two closing blocks, and not a byte more. */
export async function unpack(source: Source): Promise<Map<string, Buffer>> {
  const members = new Map<string, Buffer>();
  for (;;) {
    const block = await source.take(BLOCK);
    if (block.every((byte) => byte === 0)) {
      await source.take(BLOCK);
      return members;
    }
    const { name, size } = parseHeader(block);
    const bytes = await source.take(size + padding(size));
    members.set(name, bytes.subarray(0, size));
  }
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function header(name: string, size: number): Buffer {
  if (name.length > 99 || size > LARGEST) throw new RangeError(`cannot archive ${name} of ${size} bytes`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, "latin1");
  block.write("0000600\0", 100, "latin1");
  block.write("0000000\0", 108, "latin1");
  block.write("0000000\0", 116, "latin1");
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  block.write("00000000000\0", 136, "latin1");
  block.write("0", 156, "latin1"); // a regular file
  block.write("ustar\x0000", 257, "latin1");
  block.write(`${sum(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

function parseHeader(block: Buffer): { name: string; size: number } {
  const text = (start: number, length: number) => {
    const field = block.subarray(start, start + length);
    const end = field.indexOf(0);
    return field.toString("latin1", 0, end < 0 ? length : end).trim();
  };
  const octal = (start: number, length: number) => {
    const digits = text(start, length);
    return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
  };
  const size = octal(124, 12);
  if (octal(148, 8) !== sum(block) || Number.isNaN(size)) {
    throw new Error("the reply of the host is not the archive that was expected");
  }
  return { name: text(0, 100), size };
}

/** The sum of all bytes of the header, its own field counted as blanks. */
function sum(block: Buffer): number {
  let total = 0;
  for (let at = 0; at < BLOCK; at++) total += at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
  return total;
}
