// Address arithmetic: the range of all labs, one /24 for each lab, one address for each host. Pure.
import { LabError } from "./error.ts";

export interface Range {
  readonly first: number;
  /** How many /24 networks it holds. */
  readonly networks: number;
}

/** A lab's network, named by its first three bytes: "198.19.0". */
export type Network = string;

/** Last bytes with a fixed meaning. */
export const gatewayNumber = 1;
export const nameServerNumber = 2;
export const acmeNumber = 3;
export const firstHostNumber = 10;
export const lastHostNumber = 250;

export function parseRange(text: string): Range {
  const match = /^(\d+)\.(\d+)\.(\d+)\.0\/(\d+)$/.exec(text);
  const [a, b, c, bits] = (match ?? []).slice(1).map(Number);
  const bad = new LabError(
    `address range ${text}: expected a network between /16 and /24, such as 198.19.0.0/16`,
  );
  if (a === undefined || b === undefined || c === undefined || bits === undefined) throw bad;
  const networks = 2 ** (24 - bits);
  if (a > 255 || b > 255 || c > 255 || bits < 16 || bits > 24 || c % networks !== 0) throw bad;
  return { first: a * 65536 + b * 256 + c, networks };
}

export function networkAt(range: Range, index: number): Network {
  const n = range.first + index;
  return [n >> 16, (n >> 8) & 255, n & 255].join(".");
}

export const address = (network: Network, number: number): string => `${network}.${number}`;

/**
 * A locally administered hardware address that stays with the address: after a reset with another one, the
 * neighbours would go on sending to the old one for half a minute.
 */
export function hardwareAddress(network: Network, number: number): string {
  const bytes = [2, ...network.split(".").map(Number), 0, number];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** "cmlab" and 198.19.0 give "cmlabc61300": names that follow from the network can never clash. */
export function bridgeName(prefix: string, network: Network): string {
  const hex = network
    .split(".")
    .map((byte) => Number(byte).toString(16).padStart(2, "0"))
    .join("");
  return prefix + hex;
}
