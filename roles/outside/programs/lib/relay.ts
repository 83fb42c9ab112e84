// What a program is told of the relay that it looks at, and the doors of a relay.

export interface Relay {
  /** Where to connect to. */
  readonly address: string;
  /** The mail domain, or an IPv4 address in its place. */
  readonly domain: string;
  readonly tlsMode: "acme" | "selfsigned" | "external";
  readonly usernameMinLength: number;
  readonly usernameMaxLength: number;
  readonly passwordMinLength: number;
  /** How many messages an address may send at once. */
  readonly burst: number;
  /** Whether its pages are those that come with it, somebody's own, or none of our business. */
  readonly pages: "ours" | "own" | "unknown";
}

export interface Job {
  readonly relay: Relay;
  /** The other relays of the run, which this one is to reach. */
  readonly others: readonly Relay[];
  /** PEM files with authorities to trust besides the public ones. */
  readonly authorities: readonly string[];
  /** False where the operator's own network lets no mail to port 25 out. */
  readonly port25: boolean;
  /** How often to measure. */
  readonly runs: number;
}

export interface Service {
  readonly speaks: "imap" | "smtp";
  readonly port: number;
  readonly starts: "with TLS" | "with STARTTLS";
  /** What tells port 443 where to go; RFC 7301. */
  readonly alpn?: string;
}

export const SERVICES = {
  imap993: { speaks: "imap", port: 993, starts: "with TLS" },
  imap143: { speaks: "imap", port: 143, starts: "with STARTTLS" },
  imap443: { speaks: "imap", port: 443, starts: "with TLS", alpn: "imap" },
  smtp465: { speaks: "smtp", port: 465, starts: "with TLS" },
  smtp587: { speaks: "smtp", port: 587, starts: "with STARTTLS" },
  smtp443: { speaks: "smtp", port: 443, starts: "with TLS", alpn: "smtp" },
  /** For other relays. */
  smtp25: { speaks: "smtp", port: 25, starts: "with STARTTLS" },
} as const satisfies Record<string, Service>;

export const isAddress = (domain: string): boolean => /^[0-9.]+$/.test(domain);

/** What stands behind the @; RFC 5321 section 4.1.3 has addresses in brackets. */
export const mailDomain = ({ domain }: Pick<Relay, "domain">): string =>
  isAddress(domain) ? `[${domain}]` : domain;

/** The one argument of the programs. */
export function readJob(text: string | undefined): Job {
  if (text === undefined) throw new Error("the argument is missing: the job, as JSON");
  return JSON.parse(text) as Job;
}
