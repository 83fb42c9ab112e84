// What a name server answers to the host, asked over TCP (RFC 7766) by what every Debian has: bash's
// /dev/tcp, head, od and base64. The messages are made and read here, so the host needs no dig.

import { type Answer, type DecodedPacket, decode, encode, type RecordType } from "dns-packet";
import { quote } from "../transport/quote.ts";
import { defineFact } from "./fact.ts";

export interface DnsQuestion {
  readonly name: string;
  readonly type: RecordType;
  /** Name or address of the server to ask; without it the host's own resolver. */
  readonly server: string | undefined;
  readonly port: number;
}

export type DnsAnswer =
  | {
      readonly kind: "answer";
      readonly rcode: string;
      readonly authoritative: boolean;
      readonly records: readonly Answer[];
    }
  /** The server did not answer, or not what can be read. */
  | { readonly kind: "silent"; readonly why: string };

/** Seconds for one question. */
const PATIENCE = 8;

/** Asks all questions at the same time; one line for each: "ok BASE64", or "no" and what was said. */
export const dnsAnswer = defineFact<DnsQuestion, DnsAnswer>({
  name: "dns",
  script: (questions) => `d=$(mktemp -d)
trap 'rm -rf -- "$d"' EXIT
own=$(sed -n 's/^nameserver[[:space:]]\\{1,\\}\\([^[:space:]%]*\\).*/\\1/p' /etc/resolv.conf 2>/dev/null | head -n 1)
own=\${own:-127.0.0.1}
ask() {
  timeout ${PATIENCE} bash -c '
    exec 3<>"/dev/tcp/$1/$2" || exit
    printf "$3" >&3
    set -- $(head -c 2 <&3 | od -An -tu1)
    [ $# = 2 ] || { echo "the connection was closed" >&2; exit 1; }
    head -c $(($1 * 256 + $2)) <&3 | base64 -w 0
  ' ask "$2" "$3" "$4" >"$d/$1" 2>"$d/$1.why" && [ -s "$d/$1" ]
}
tell() {
  if ask "$@"; then printf 'ok '; cat -- "$d/$1"; echo
  else printf 'no '; { cat -- "$d/$1.why"; [ -s "$d/$1.why" ] || echo "no answer in ${PATIENCE} s"; } | tr '\\n' ' '; echo
  fi >"$d/$1.told"
}
${questions.map((question, index) => `tell ${index} ${server(question)} ${question.port} ${quote(octal(question, index))} &`).join("\n")}
wait
${questions.map((_, index) => `cat -- "$d/${index}.told"`).join("\n")}`,
  parse(stdout, questions) {
    const lines = Buffer.from(stdout).toString().split("\n");
    return questions.map((question, index) => read(question, lines[index] ?? "no answer"));
  },
  subject: () => ({ kind: "outside" }),
  key: ({ name, type, server = "", port }) => `${type} ${name} ${server} ${port}`,
});

function server({ server: named }: DnsQuestion): string {
  return named === undefined ? '"$own"' : quote(named);
}

/** The question as a message with its length before it, in escapes that bash's printf understands. */
function octal({ name, type }: DnsQuestion, id: number): string {
  const RECURSION_DESIRED = 0x100;
  const message = encode({
    type: "query",
    id,
    flags: RECURSION_DESIRED,
    questions: [{ name, type, class: "IN" }],
  });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return [...length, ...message].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

function read({ server: named }: DnsQuestion, line: string): DnsAnswer {
  const [word, ...rest] = line.split(" ");
  const who = named ?? "the host's resolver";
  if (word !== "ok") return { kind: "silent", why: `${who}: ${rest.join(" ").trim()}` };
  try {
    const packet = decode(Buffer.from(rest.join(""), "base64")) as DecodedPacket & {
      rcode: string;
      flag_aa: boolean;
    };
    return {
      kind: "answer",
      rcode: packet.rcode,
      authoritative: packet.flag_aa,
      records: packet.answers ?? [],
    };
  } catch (error) {
    return { kind: "silent", why: `${who} answered what cannot be read: ${(error as Error).message}` };
  }
}
