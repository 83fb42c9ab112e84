// SHA-512 (FIPS 180-4 section 6.4) as a WebAssembly function, assembled here when it is needed. SHA512-crypt
// makes 5000 hashes of a hundred bytes, and calls into Node's own library cost more than these: 8 ms of CPU for a
// password, where crypt(3) takes 1.4 ms, and this 1.2 ms. The library hash-wasm, called for each of the 5000, takes
// 3.7 ms: with it two cores could not make the accounts that doveauth is to make per second.

const BLOCK = 128;
export const DIGEST = 64;

export interface Sha512 {
  /** The memory that messages are put into and digests come out of. */
  readonly memory: Uint8Array;
  /** Hashes blocks of a padded message, all addresses being in the memory. */
  readonly hash: (message: number, blocks: number, digest: number) => void;
}

/** The blocks that a message of this length fills, with its padding (section 5.1.2). */
export function blocksOf(length: number): number {
  return Math.ceil((length + 17) / BLOCK);
}

/** Writes the padding behind a message in memory that is zero there. */
export function pad(memory: Uint8Array, message: number, length: number): void {
  memory[message + length] = 0x80;
  const end = message + blocksOf(length) * BLOCK;
  new DataView(memory.buffer).setUint32(end - 4, length * 8);
}

/** The part that is used here; it is in TypeScript's types of the browser only. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly hash: Sha512["hash"];
}

export function sha512InWasm(): Sha512 {
  const { memory, hash } = new WebAssembly.Instance(new WebAssembly.Module(assemble())).exports as Exports;
  return { memory: new Uint8Array(memory.buffer), hash };
}

/** The first 64 bits of the fraction of a prime's square or cube root: where the constants come from (4.2.3, 5.3.5). */
function fractionOfRoot(prime: number, degree: 2 | 3): bigint {
  const square = BigInt(prime) << BigInt(64 * degree);
  let low = 0n;
  for (let bit = 1n << 68n; bit > 0n; bit >>= 1n) if ((low + bit) ** BigInt(degree) <= square) low += bit;
  return BigInt.asIntN(64, low);
}

const PRIMES: readonly number[] = Array.from({ length: 410 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: n }, (_, m) => m).some((m) => m > 1 && n % m === 0),
);

type Code = readonly number[];

// Opcodes of the WebAssembly core specification, section 5.4; every expression leaves one value.
const get = (local: number): Code => [0x20, ...unsigned(local)];
const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
const constant = (value: bigint): Code => [0x42, ...signed(value)];
const binary = (opcode: number) => (left: Code, right: Code) => [...left, ...right, opcode];
const [add, and, or, xor] = [0x7c, 0x83, 0x84, 0x85].map(binary) as [Op, Op, Op, Op];
const [shiftLeft, shiftRight, rotateRight] = [0x86, 0x88, 0x8a].map(binary) as [Op, Op, Op];
type Op = (left: Code, right: Code) => number[];
const load = (address: number, offset: number): Code => [...get(address), 0x29, 0, ...unsigned(offset)];
const store = (address: number, offset: number, value: Code): Code => [
  ...get(address),
  ...value,
  ...[0x37, 0, ...unsigned(offset)],
];

// The locals: three parameters, then 64-bit words.
const [MESSAGE, BLOCKS, OUT] = [0, 1, 2] as const;
const word = (n: number): number => 3 + n;
const STATE = Array.from({ length: 8 }, (_, i) => word(i));
const WORKING = Array.from({ length: 8 }, (_, i) => word(8 + i));
const SCHEDULE = Array.from({ length: 16 }, (_, i) => word(16 + i));
const TEMPORARY = word(32);
const WORDS = 33;

/** XOR of rotations of a word; the last one may be a shift. */
function sigma(x: Code, rotations: readonly number[], shift?: number): Code {
  const terms = rotations.map((by) => rotateRight(x, constant(BigInt(by))));
  if (shift !== undefined) terms.push(shiftRight(x, constant(BigInt(shift))));
  return terms.reduce(xor);
}

/** Bytes the other way round: SHA-512 is big-endian, WebAssembly is not. */
function swapped(value: Code): Code {
  const half = (x: Code, by: bigint, mask: bigint): Code =>
    or(shiftLeft(and(x, constant(mask)), constant(by)), and(shiftRight(x, constant(by)), constant(mask)));
  return [
    ...set(TEMPORARY, value),
    ...set(TEMPORARY, half(get(TEMPORARY), 8n, 0x00ff00ff00ff00ffn)),
    ...rotateRight(half(get(TEMPORARY), 16n, 0x0000ffff0000ffffn), constant(32n)),
  ];
}

function round(t: number): Code {
  // Instead of moving the eight working variables round, their names move.
  const [a, b, c, d, e, f, g, h] = WORKING.map((_, i) => get(WORKING[(i - t + 80) % 8]!)) as Code[] &
    [Code, Code, Code, Code, Code, Code, Code, Code];
  const at = (local: Code): number => local[1]!;
  const w = (i: number): Code => get(SCHEDULE[i % 16]!);
  const schedule =
    t < 16
      ? []
      : set(
          SCHEDULE[t % 16]!,
          [sigma(w(t - 2), [19, 61], 6), w(t - 7), sigma(w(t - 15), [1, 8], 7), w(t)].reduce(add),
        );
  const choice = xor(g, and(e, xor(f, g)));
  const majority = or(and(a, b), and(c, or(a, b)));
  const terms = [h, sigma(e, [14, 18, 41]), choice, constant(fractionOfRoot(PRIMES[t]!, 3)), w(t)];
  return [
    ...schedule,
    ...set(TEMPORARY, terms.reduce(add)),
    ...set(at(d), add(d, get(TEMPORARY))),
    ...set(at(h), [get(TEMPORARY), sigma(a, [28, 34, 39]), majority].reduce(add)),
  ];
}

function body(): Code {
  const all = <T>(items: readonly T[], code: (item: T, i: number) => Code): Code => items.flatMap(code);
  return [
    ...all(STATE, (local, i) => set(local, constant(fractionOfRoot(PRIMES[i]!, 2)))),
    ...[0x03, 0x40], // loop
    ...all(SCHEDULE, (local, i) => set(local, swapped(load(MESSAGE, 8 * i)))),
    ...all(WORKING, (local, i) => set(local, get(STATE[i]!))),
    ...all(Array.from({ length: 80 }), (_, t) => round(t)),
    ...all(STATE, (local, i) => set(local, add(get(local), get(WORKING[i]!)))),
    ...set(MESSAGE, [...get(MESSAGE), 0x41, ...signed(BigInt(BLOCK)), 0x6a]),
    ...[...get(BLOCKS), 0x41, 1, 0x6b, 0x22, BLOCKS, 0x0d, 0], // while (--blocks)
    0x0b,
    ...all(STATE, (local, i) => store(OUT, 8 * i, swapped(get(local)))),
    0x0b,
  ];
}

function assemble(): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: Code): Code => [id, ...sized(content)];
  const name = (text: string): Code => sized([...Buffer.from(text)]);
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0]), // one type: three i32, no result
    ...section(3, [1, 0]), // one function, of this type
    ...section(5, [1, 0, 1]), // one memory of one page
    ...section(7, [2, ...name("memory"), 2, 0, ...name("hash"), 0, 0]),
    ...section(10, [1, ...sized([1, ...unsigned(WORDS), 0x7e, ...body()])]),
  ]);
}

const sized = (content: Code): Code => [...unsigned(content.length), ...content];

/** LEB128 (section 5.2.2). */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >> 7)];
}

function signed(value: bigint): Code {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}
