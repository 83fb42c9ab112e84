// Which algorithms a connection may use: near the defaults of OpenSSH, less what ssh's configuration takes away by Ciphers,
// MACs, KexAlgorithms and HostKeyAlgorithms (ssh_config(5)). Nothing is added: what it names beyond these is not had.

import { matchesPattern } from "./known-hosts.ts";
import { Unreachable } from "./transport.ts";

/** Where there is a choice, what Node does fastest comes first. */
const ALGORITHMS = {
  kex: [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
  ],
  cipher: [
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
  ],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
} as const;

/** The values of these directives, as written. */
export interface Wanted {
  readonly kexalgorithms?: string | undefined;
  readonly ciphers?: string | undefined;
  readonly macs?: string | undefined;
  readonly hostkeyalgorithms?: string | undefined;
}

/** As ssh2 takes them. `hostKeys`: those that fit what is known of the host. */
export function algorithms(wanted: Wanted, hostKeys: readonly string[]) {
  return {
    kex: allowed("KexAlgorithms", ALGORITHMS.kex, wanted.kexalgorithms),
    cipher: allowed("Ciphers", ALGORITHMS.cipher, wanted.ciphers),
    hmac: allowed("MACs", ALGORITHMS.hmac, wanted.macs),
    compress: ["none"],
    serverHostKey: allowed("HostKeyAlgorithms", hostKeys, wanted.hostkeyalgorithms),
  };
}

function allowed(directive: string, ours: readonly string[], wanted: string | undefined): readonly string[] {
  // What is added to the defaults or only moved forward takes nothing away.
  if (wanted === undefined || /^[+^]/.test(wanted)) return ours;
  const names = wanted.replace(/^-/, "").split(",");
  const named = (name: string) => names.some((pattern) => matchesPattern(pattern, name));
  const left = wanted.startsWith("-")
    ? ours.filter((name) => !named(name))
    : ours.filter((name) => named(name) || named(`${name}-cert-v01@openssh.com`));
  if (left.length > 0) return left;
  throw new Unreachable(
    `the ssh configuration leaves none of the ${directive} that the runner has`,
    `allow one of ${ours.join(", ")}`,
  );
}
