// A name server on loopback for tests: answers over TCP from a list of records, as an authoritative server does,
// or as one that it is told to be.

import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type Answer, decode, encode } from "dns-packet";

export interface NameServer {
  /** `127.0.0.1@PORT`, as inventories name it. */
  readonly address: string;
  readonly port: number;
  close(): void;
}

export interface Manner {
  /** Says of itself that it is the one who knows. */
  readonly authoritative?: boolean;
  /** The answer's code for everything, such as 2 for SERVFAIL. */
  readonly rcode?: number;
  /** Called with "TYPE name" of every question. */
  readonly asked?: (question: string) => void;
}

const AUTHORITATIVE = 0x400;
const NXDOMAIN = 3;

export async function nameServer(records: () => readonly Answer[], manner: Manner = {}): Promise<NameServer> {
  const server = createServer((socket) => {
    let seen = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      seen = Buffer.concat([seen, bytes]);
      if (seen.length < 2 || seen.length < 2 + seen.readUInt16BE()) return;
      const { id = 0, questions = [] } = decode(seen.subarray(2));
      const [{ name, type } = { name: "", type: "A" }] = questions;
      manner.asked?.(`${type} ${name}`);
      const here = records().filter((record) => record.name === name);
      const rcode = manner.rcode ?? (here.length > 0 ? 0 : NXDOMAIN);
      const message = encode({
        type: "response",
        id,
        flags: (manner.authoritative === false ? 0 : AUTHORITATIVE) | rcode,
        questions,
        answers: manner.rcode ? [] : here.filter((record) => record.type === type || record.type === "CNAME"),
      });
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      socket.end(Buffer.concat([length, message]));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1@${port}`, port, close: () => server.close() };
}

/** Records as zone files have them: `name TYPE data`, without final dots at the names. */
export function zone(text: string): Answer[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith(";"))
    .map((line) => {
      const [, name = "", type = "", data = ""] = /^(\S+)\.(?: +\d+ IN)? +([A-Z]+) +(.*)$/.exec(line) ?? [];
      return { name, type, data: dataOf(type, data) } as Answer;
    });
}

function dataOf(type: string, data: string): unknown {
  const words = data.split(" ");
  const bare = (name = ""): string => name.replace(/\.$/, "");
  switch (type) {
    case "MX":
      return { preference: Number(words[0]), exchange: bare(words[1]) };
    case "SRV": {
      const [priority, weight, port] = words.map(Number);
      return { priority, weight, port, target: bare(words[3]) };
    }
    case "CAA": {
      const [, flags, tag, value] = /^(\d+) (\w+) "(.*)"$/.exec(data) ?? [];
      return { flags: Number(flags), tag, value };
    }
    case "TXT":
      return [...data.matchAll(/"([^"]*)"/g)].map(([, part = ""]) => Buffer.from(part));
    case "CNAME":
    case "NS":
      return bare(data);
    default:
      return data;
  }
}
