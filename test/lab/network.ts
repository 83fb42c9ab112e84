// A lab's network: one bridge, whose address is the hosts' gateway; one network namespace with a veth pair
// for each host; NAT for the way out. All names follow from the bridge's, so remnants are found without notes.
import { readdir } from "node:fs/promises";
import { address, gatewayNumber, hardwareAddress, type Network } from "./addresses.ts";
import { must, run } from "./command.ts";

export const namespaceName = (bridge: string, number: number): string => `${bridge}-${number}`;

export async function openNetwork(bridge: string, network: Network): Promise<void> {
  // Without a hardware address of its own a bridge takes its ports' lowest one: with a host that comes or goes it
  // would get another, and the others would not reach the gateway for some seconds.
  await must("ip", ["-batch", "-"], {
    input: `link add ${bridge} address ${hardwareAddress(network, gatewayNumber)} type bridge
addr add ${address(network, gatewayNumber)}/24 dev ${bridge}
link set ${bridge} up
`,
  });
  await must("nft", ["-f", "-"], {
    input: `table ip ${bridge} {
  chain way-out {
    type nat hook postrouting priority srcnat;
    ip saddr ${network}.0/24 oifname != "${bridge}" masquerade
  }
}
`,
  });
}

/** Removes whatever of it is there; hosts and services must have ended. */
export async function closeNetwork(bridge: string): Promise<void> {
  const names = await readdir("/run/netns").catch(() => [] as string[]);
  for (const name of names) {
    if (name.startsWith(`${bridge}-`)) await disconnect(name);
  }
  await run("ip", ["link", "delete", bridge]);
  await run("nft", ["delete", "table", "ip", bridge]);
}

export async function connectHost(bridge: string, network: Network, number: number): Promise<void> {
  const name = namespaceName(bridge, number);
  await must("ip", ["netns", "add", name]);
  await must("ip", ["-batch", "-"], {
    input: `link add ${name} type veth peer name eth0 address ${hardwareAddress(network, number)} netns ${name}
link set ${name} master ${bridge} up
`,
  });
  await must("ip", ["-n", name, "-batch", "-"], {
    input: `link set lo up
addr add ${address(network, number)}/24 dev eth0
link set eth0 up
route add default via ${address(network, gatewayNumber)}
`,
  });
}

export async function disconnectHost(bridge: string, number: number): Promise<void> {
  await disconnect(namespaceName(bridge, number));
}

/** The namespace would take the veth pair with it, but only some time after the command has ended. */
async function disconnect(name: string): Promise<void> {
  await run("ip", ["link", "delete", name]);
  await run("ip", ["netns", "delete", name]);
}
