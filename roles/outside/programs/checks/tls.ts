// Which versions of TLS each port takes, and whose certificate it shows.

import { readFileSync } from "node:fs";
import { type ConnectionOptions, checkServerIdentity, rootCertificates, type SecureVersion } from "node:tls";
import type { Check } from "../lib/check.ts";
import { Connection } from "../lib/connection.ts";
import { Imap } from "../lib/imap.ts";
import { isAddress, type Job, type Relay, SERVICES, type Service } from "../lib/relay.ts";
import { Smtp } from "../lib/smtp.ts";

const HTTPS = 443;

interface Port {
  readonly port: number;
  readonly service?: Service;
  /** The oldest version that it may take. */
  readonly oldest: SecureVersion;
  readonly older: SecureVersion;
}

function ports(port25: boolean): Port[] {
  const { imap143, smtp465, smtp587, imap993, smtp25 } = SERVICES;
  const users = [imap143, smtp465, smtp587, imap993].map((service) => ({
    port: service.port,
    service,
    oldest: "TLSv1.3" as const,
    older: "TLSv1.2" as const,
  }));
  // Not all of the relays, and of the browsers, have 1.3.
  const others = { oldest: "TLSv1.2", older: "TLSv1.1" } as const;
  return [
    ...(port25 ? [{ port: 25, service: smtp25, ...others }] : []),
    ...users,
    { port: HTTPS, ...others },
  ];
}

export function tls({ relay, authorities, port25 }: Job): Check[] {
  const group = "TLS";
  const versions = ports(port25).map((port) => ({
    group,
    name: `Port ${port.port}: ${port.oldest.replace("v", " ")} or newer`,
    look: () => version(relay, port),
  }));
  const reason = isAddress(relay.domain) ? "the relay has no name" : "tls_mode is selfsigned";
  if (relay.tlsMode === "selfsigned" || isAddress(relay.domain)) {
    const look = async () => ({ skipped: reason });
    return [...versions, { group, name: "The certificate can be checked", look }];
  }
  const trusted = [...rootCertificates, ...authorities.map((path) => readFileSync(path, "utf8"))];
  const shown = (port: Port, name: string): Check => ({
    group,
    name: `Port ${port.port}: certificate for ${name}`,
    look: () => certificate(relay, port, name, trusted),
  });
  const { domain } = relay;
  return [
    ...versions,
    ...ports(port25).map((port) => shown(port, domain)),
    ...[`www.${domain}`, `mta-sts.${domain}`].map((name) =>
      shown({ port: HTTPS, oldest: "TLSv1.2", older: "TLSv1.1" }, name),
    ),
  ];
}

async function open(relay: Relay, { port, service }: Port, options: ConnectionOptions): Promise<Connection> {
  if (!service) return Connection.open({ address: relay.address, port, name: relay.domain }, options);
  return (await (service.speaks === "imap" ? Imap : Smtp).open(relay, service, options)).connection;
}

async function version(relay: Relay, port: Port): Promise<string> {
  const connection = await open(relay, port, { minVersion: port.oldest });
  const spoken = connection.tls.getProtocol() ?? "";
  connection.close();
  // OpenSSL itself would not even offer the old versions otherwise.
  const old = { minVersion: port.older, maxVersion: port.older, ciphers: "DEFAULT@SECLEVEL=0" };
  const taken = await open(relay, port, old).catch((error: NodeJS.ErrnoException) => {
    if (refusesVersion(error)) return undefined;
    throw error;
  });
  taken?.close();
  if (taken) throw new Error(`${port.older} is taken, too`);
  return `${spoken} is taken, ${port.older} is not`;
}

/** Some servers say why they end the handshake, others just end it. */
const refusesVersion = ({ code = "", message }: NodeJS.ErrnoException): boolean =>
  /ALERT|WRONG_VERSION|UNSUPPORTED_PROTOCOL|ECONNRESET/.test(code) ||
  message.includes("closed the connection");

async function certificate(relay: Relay, port: Port, name: string, ca: string[]): Promise<string> {
  const connection = await open(relay, port, { ca, servername: name });
  try {
    const { tls } = connection;
    const shown = tls.getPeerCertificate();
    const days = Math.floor((Date.parse(shown.valid_to) - Date.now()) / 86_400_000);
    if (!tls.authorized) throw new Error(`it cannot be verified: ${tls.authorizationError}`);
    const trouble = checkServerIdentity(name, shown);
    if (trouble) throw trouble;
    return `valid for ${days} more days`;
  } finally {
    connection.close();
  }
}
