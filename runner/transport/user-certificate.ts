// Logging in with a certificate, by which an authority vouches for a user's key (OpenSSH's PROTOCOL.certkeys). ssh2 shows
// keys only. What is given to it here calls itself by the certificate; the signature, which it would call so as well, is
// given its right name before it goes out.

import type { Client, OpenSSHAgent, ParsedKey } from "ssh2";
import { CERTIFICATE, Reader, withLength } from "./certificate.ts";

/** Of the private half of a key, or of the agent that has it. */
type Signer = Pick<ParsedKey, "sign">;

/** The key with its certificate, for `publickey`. */
export function certified(key: ParsedKey, certificate: Buffer, client: Client): ParsedKey {
  const algorithm = algorithmOf(key);
  const sign: Signer["sign"] = (data) => {
    const signature: Buffer | Error = key.sign(data, hashOf(key));
    return signature instanceof Error ? signature : named(signature, algorithm, client);
  };
  return showing(key, certificate, algorithm, sign);
}

/** The agent with this key alone, for `agent`. */
export function certifiedAgent(
  agent: OpenSSHAgent,
  key: ParsedKey,
  certificate: Buffer,
  client: Client,
): OpenSSHAgent {
  const algorithm = algorithmOf(key);
  const shown = showing(key, certificate, algorithm, key.sign);
  type Signed = (error: Error | undefined, signature?: Buffer) => void;
  return Object.create(agent, {
    getIdentities: {
      value: (done: (error: undefined, keys: ParsedKey[]) => void) => done(undefined, [shown]),
    },
    sign: {
      value: (_: ParsedKey, data: Buffer, __: unknown, done: Signed) => {
        const sign = agent.sign.bind(agent) as (...of: unknown[]) => void;
        sign(key, data, { hash: hashOf(key) }, (error: Error | undefined, signature?: Buffer) =>
          done(error, signature && named(signature, algorithm, client)),
        );
      },
    },
  });
}

/** Of the signature; that of a certificate is the same with an ending. */
const algorithmOf = ({ type }: ParsedKey): string => (type === "ssh-rsa" ? "rsa-sha2-512" : type);

const hashOf = ({ type }: ParsedKey): string | undefined => (type === "ssh-rsa" ? "sha512" : undefined);

function showing(key: ParsedKey, certificate: Buffer, algorithm: string, sign: Signer["sign"]): ParsedKey {
  return Object.create(key, {
    type: { value: algorithm + CERTIFICATE },
    getPublicSSH: { value: () => certificate },
    sign: { value: sign },
  });
}

/** What of ssh2 sends a packet; not public. */
interface Writing {
  readonly _protocol: {
    readonly _packetRW: {
      readonly write: {
        readonly allocStart: number;
        alloc(size: number): Buffer;
        finalize?: (packet: Buffer) => Buffer;
      };
    };
  };
}

/** The signature as it travels. The packet that it goes in comes next. */
function named(signature: Buffer, algorithm: string, client: Client): Buffer {
  const { write } = (client as unknown as Writing)._protocol._packetRW;
  write.finalize = (packet) => {
    // Its own hides that of its class.
    delete write.finalize;
    const start = write.allocStart;
    const padding = packet[start - 1] ?? 0;
    const payload = packet.subarray(start, 4 + packet.readUInt32BE(0) - padding);
    const right = withSignatureName(payload, algorithm);
    const whole = write.alloc(right.length);
    right.copy(whole, start);
    return whole;
  };
  return algorithm.startsWith("ecdsa-") && signature[0] !== 0 ? twoNumbers(signature) : signature;
}

/** RFC 4252, 7: the message, the user, the service, the method, whether it is signed, the algorithm, the key, the signature. */
function withSignatureName(payload: Buffer, algorithm: string): Buffer {
  const read = new Reader(payload);
  read.at = 1;
  for (const _ of ["user", "service", "method"]) read.bytes();
  read.at += 1;
  for (const _ of ["algorithm", "key"]) read.bytes();
  const before = payload.subarray(0, read.at);
  const signature = new Reader(read.bytes());
  signature.bytes();
  const right = Buffer.concat([withLength(Buffer.from(algorithm)), withLength(signature.bytes())]);
  return Buffer.concat([before, withLength(right)]);
}

/** OpenSSL's sequence of two integers (DER) as SSH has them (RFC 5656, 3.1.2). */
function twoNumbers(der: Buffer): Buffer {
  let at = (der[1] ?? 0) > 0x80 ? 3 : 2;
  const number = (): Buffer => {
    const length = der[at + 1] ?? 0;
    at += 2 + length;
    return withLength(der.subarray(at - length, at));
  };
  return Buffer.concat([number(), number()]);
}
