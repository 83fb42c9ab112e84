// An SMTP reply (RFC 5321 section 4.2) as a value, and its reading from a next hop.

export interface Reply {
  readonly code: number;
  /** The texts of its lines, enhanced status codes included. */
  readonly lines: readonly string[];
}

export function reply(code: number, text: string): Reply {
  return { code, lines: [text] };
}

/** 2xx: the next hop has taken the responsibility. */
export function isPositive({ code }: Reply): boolean {
  return code >= 200 && code < 300;
}

const LONGEST_LINE = 4096;
const MOST_LINES = 200;

/** Collects replies from a stream of bytes; throws on what is no reply. */
export class ReplyReader {
  #rest = "";
  #lines: string[] = [];

  /** Returns the replies that these bytes complete. */
  push(bytes: Buffer): Reply[] {
    const lines = (this.#rest + bytes.toString("latin1")).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST_LINE) throw new Error("reply line too long");
    return lines.flatMap((line) => this.#line(line.replace(/\r$/, "")) ?? []);
  }

  #line(line: string): Reply | undefined {
    const [, code, more, text = ""] = /^([2-5][0-9][0-9])(?:([ -])(.*))?$/.exec(line) ?? [];
    if (code === undefined) throw new Error("not an SMTP reply");
    this.#lines.push(Buffer.from(text, "latin1").toString("utf8"));
    if (this.#lines.length > MOST_LINES) throw new Error("reply too long");
    if (more === "-") return undefined;
    const lines = this.#lines;
    this.#lines = [];
    return { code: Number(code), lines };
  }
}
