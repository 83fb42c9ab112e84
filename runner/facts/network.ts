// The host's addresses out of what ip(8) prints, for machine.ts: the shape that ansible_default_ipv4 has.

export interface Address {
  readonly interface: string;
  readonly family: "inet" | "inet6";
  readonly address: string;
  readonly prefix: number;
  readonly broadcast: string | undefined;
  readonly scope: string;
  readonly mtu: number | undefined;
  readonly mac: string | undefined;
}

/** Reads `ip -o addr show` and `ip -o link show`. */
export function parseAddresses(addresses: string, links: string): Address[] {
  const byName = new Map(links.split("\n").map((line) => [/^\d+: ([^:@]+)/.exec(line)?.[1] ?? "", line]));
  return addresses.split("\n").flatMap((line): Address[] => {
    const found = /^\d+: (\S+)\s+(inet6?) ([^/\s]+)\/(\d+)(?: brd (\S+))? scope (\S+)/.exec(line);
    if (!found) return [];
    const [, name = "", family, address = "", prefix, broadcast, scope = ""] = found;
    const link = byName.get(name) ?? "";
    return [
      {
        interface: name,
        family: family === "inet6" ? "inet6" : "inet",
        address,
        prefix: Number(prefix),
        broadcast,
        scope,
        mtu: Number(/ mtu (\d+)/.exec(link)?.[1]) || undefined,
        mac: / link\/ether (\S+)/.exec(link)?.[1],
      },
    ];
  });
}

/** Reads `ip -o route get`: the address that is used towards the rest of the world; {} when there is none. */
export function defaultAddress(
  route: string,
  addresses: readonly Address[],
): Readonly<Record<string, unknown>> {
  const name = / dev (\S+)/.exec(route)?.[1];
  const source = / src (\S+)/.exec(route)?.[1];
  const found = addresses.find((each) => each.interface === name && each.address === source);
  if (!found || name === "lo") return {};
  const { address, prefix, broadcast, scope, mtu, mac, family } = found;
  const gateway = / via (?:inet6? )?(\S+)/.exec(route)?.[1];
  return {
    address,
    interface: name,
    ...(gateway ? { gateway } : {}),
    ...(family === "inet" ? ipv4Network(address, prefix, broadcast) : { scope }),
    prefix: String(prefix),
    ...(mtu ? { mtu } : {}),
    ...(mac ? { macaddress: mac, type: "ether" } : {}),
  };
}

function ipv4Network(
  address: string,
  prefix: number,
  broadcast: string | undefined,
): Record<string, unknown> {
  const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  const bits = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { netmask: dotted(mask), network: dotted((bits & mask) >>> 0), ...(broadcast ? { broadcast } : {}) };
}

function dotted(bits: number): string {
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}
