// The argument of MAIL and RCPT (RFC 5321 section 4.1.2). smtp-server's own parser cannot be used here: it refuses
// domains that start with an underscore with 501, rewrites an IDNA domain ("xn--...") to Unicode, which would then
// be handed to Postfix without SMTPUTF8, and answers some parameters with an error that must be ignored.

export interface PathCommand {
  /** What stands between the angle brackets, in lower case; "" for the null sender. */
  readonly address: string;
  /** BODY=8BITMIME was given (RFC 6152). All other parameters are ignored. */
  readonly eightBit: boolean;
}

const LONGEST_PATH = 1000;

export function parsePath(verb: "MAIL FROM" | "RCPT TO", command: string): PathCommand | undefined {
  const [, name, address, parameters = ""] =
    /^([A-Z]+ [A-Z]+): ?<([^<>\u0000-\u001f\u007f-\uffff]*)>((?: [^\u0000-\u001f\u007f]*)?)$/i.exec(
      command,
    ) ?? [];
  if (name?.toUpperCase() !== verb || address === undefined || address.length > LONGEST_PATH)
    return undefined;
  return { address: address.toLowerCase(), eightBit: / BODY=8BITMIME(?= |$)/i.test(parameters) };
}
