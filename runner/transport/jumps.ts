// The hosts that a connection goes through, as ProxyJump names them: "[user@]host[:port]" or ssh://, with commas
// between them, in the order of the way (ssh_config(5)). The last one is what the host itself is reached through.

import { type Target, Unreachable } from "./transport.ts";

/** How the last of the jumps is reached, through those before it; nothing when there is none. */
export function jumpsBefore(
  jumps: string | undefined,
  host: { readonly names: readonly string[]; readonly port: number },
): Target | undefined {
  if (jumps === undefined || jumps.trim() === "" || jumps.trim().toLowerCase() === "none") return undefined;
  const all = jumps.split(",").map((text) => text.trim());
  const last = readJump(all.at(-1) ?? "");
  // ProxyJump for all hosts is meant for all but the jump host itself.
  const isHost = host.names.includes(last.address) && (last.port ?? host.port) === host.port;
  if (all.length === 1 && isHost) return undefined;
  const before = all.slice(0, -1).join(",");
  return before === "" ? last : { ...last, proxyJump: before };
}

const FORM =
  /^(?:ssh:\/\/)?(?:(?<user>[^@:/\s,-][^@:/\s,]*)@)?(?:\[(?<v6>[0-9a-fA-F:.%]+)\]|(?<host>[A-Za-z0-9_][A-Za-z0-9_.-]*))(?::(?<port>[0-9]{1,5}))?\/?$/;

function readJump(text: string): Target {
  const { user, host, v6, port } = FORM.exec(text)?.groups ?? {};
  const address = host ?? v6;
  if (address === undefined) {
    throw new Unreachable(`ProxyJump: "${text}" is no host`, "write it as [user@]host[:port]");
  }
  return {
    name: address,
    kind: "ssh",
    address,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}
