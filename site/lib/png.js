// Writes a square picture as PNG (RFC 2083): the few colours that it has as a palette, and nothing that would make two
// builds differ, such as a time.

import { deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Colour type 3 of section 4.1.1: every pixel is a byte, the number of a colour. */
const PALETTE = 3;
/** Filter type 2 of section 6.4: a row as its difference from the one above, mostly zeros in a QR code. */
const UP = 2;

/** `colourAt(x, y)` gives red, green and blue. At most 256 different colours. */
export function png(side, colourAt) {
  const colours = new Map();
  const rows = [];
  let above = Buffer.alloc(side);
  for (let y = 0; y < side; y++) {
    const row = Buffer.from(Array.from({ length: side }, (_, x) => number(colours, colourAt(x, y))));
    rows.push(
      Buffer.from([UP]),
      row.map((value, x) => value - above[x]),
    );
    above = row;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, PALETTE], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from([...colours.values()].flatMap(({ colour }) => colour))),
    chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function number(colours, colour) {
  const name = colour.join();
  if (!colours.has(name)) colours.set(name, { index: colours.size, colour });
  return colours.get(name).index;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, check]);
}

/** The appendix of RFC 2083, section 15. */
function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
