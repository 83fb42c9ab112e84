// Asks an SSH server for the certificate of its host key, which ssh2 cannot: the first steps of a key exchange
// (RFC 4253, 7; RFC 8731), up to the reply that shows it, and no further. That the server has the key itself is shown by
// the connection that follows.

import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { Bytes } from "./bytes.ts";
import { CERTIFICATE } from "./certificate.ts";

const [KEXINIT, ECDH_INIT, ECDH_REPLY, DISCONNECT] = [20, 30, 31, 1];
const LARGEST_PACKET = 256 * 1024;
/** The first lines of a server, before its version. */
const GREETING_LIMIT = 64 * 1024;

const OFFER = [
  "curve25519-sha256,curve25519-sha256@libssh.org",
  [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
  ]
    .map((type) => type + CERTIFICATE)
    .join(","),
  ...Array(2).fill(
    "aes128-ctr,aes256-ctr,chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com",
  ),
  ...Array(2).fill("hmac-sha2-256,hmac-sha2-512,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com"),
  ...Array(2).fill("none"),
  "",
  "",
];

/** Nothing when the server has none, or does not answer in time. Closes the socket. */
export async function askCertificate(socket: Duplex, timeout: number): Promise<Buffer | undefined> {
  const incoming = new Bytes();
  const gone = (): void => incoming.fail(new Error("closed"));
  socket.on("data", (chunk: Buffer) => incoming.push(chunk));
  for (const event of ["end", "close", "error"]) socket.on(event, gone);
  const timer = setTimeout(gone, timeout);
  try {
    socket.write("SSH-2.0-chatmail_play\r\n");
    for (let left = GREETING_LIMIT; ; ) {
      const line = await incoming.line(left);
      left -= line.length + 1;
      if (line.startsWith("SSH-")) break;
    }
    const lists = Buffer.concat(OFFER.map((list) => withLength(Buffer.from(list))));
    socket.write(packet(Buffer.concat([Buffer.from([KEXINIT]), randomBytes(16), lists, Buffer.alloc(5)])));
    socket.write(packet(Buffer.concat([Buffer.from([ECDH_INIT]), withLength(randomBytes(32))])));
    for (;;) {
      const payload = await readPacket(incoming);
      if (payload[0] === DISCONNECT) return undefined;
      if (payload[0] !== ECDH_REPLY) continue;
      const key = payload.subarray(5, 5 + payload.readUInt32BE(1));
      return key.includes(CERTIFICATE) ? key : undefined;
    }
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function readPacket(incoming: Bytes): Promise<Buffer> {
  const length = (await incoming.take(4)).readUInt32BE();
  if (length > LARGEST_PACKET || length < 2) throw new RangeError("no packet");
  const rest = await incoming.take(length);
  return rest.subarray(1, length - (rest[0] ?? 0));
}

/** Not encrypted yet: filled up, by 4 bytes at least, to a multiple of 8. */
function packet(payload: Buffer): Buffer {
  const missing = 8 - ((payload.length + 5) % 8);
  const filled = missing < 4 ? missing + 8 : missing;
  const body = Buffer.concat([Buffer.from([filled]), payload, Buffer.alloc(filled)]);
  return withLength(body);
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
