// The one address of a From field (RFC 5322 section 3.6.2). Strict on purpose: what is compared with the envelope
// must be what every mail reader shows. nodemailer's addressparser, the one that mailparser uses, reads the field
// a second time; it alone would do its best with two addresses, groups and broken quotes, and say nothing.

import addressparser from "nodemailer/lib/addressparser/index.js";

const LOCAL = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+";
const DOMAIN = "(?:[A-Za-z0-9_.-]+|\\[[A-Za-z0-9:.]+\\])";
const ADDRESS = `(${LOCAL}@${DOMAIN})`;
/** Words and quoted strings; no comma, which starts another address, no colon, which starts a group. */
const WORD =
  '(?:[A-Za-z0-9!#$%&\'*+/=?^_`{|}~.\\u0080-\\u00ff-]+|"(?:[^"\\\\\\u0000-\\u0008\\u000a-\\u001f\\u007f]|\\\\[ -~])*")';
const NAME_THEN_ADDRESS = new RegExp(`^(?:${WORD}(?:[ \\t]+|(?=[<"])))*<${ADDRESS}>$`);
/** The old form, as in some bounces: a comment behind the address. */
const ADDRESS_THEN_COMMENT = new RegExp(
  `^${ADDRESS}(?:[ \\t]+\\([^()<>@\\\\",;:\\u0000-\\u001f\\u007f]*\\))?$`,
);

/** Longer than any real one; keeps the pattern's time bounded. */
const LONGEST_FROM = 2000;

/** The address as written, or undefined when there is not exactly one that is beyond doubt. */
export function parseFrom(value: string): string | undefined {
  const text = value;
  if (text.length > LONGEST_FROM) return undefined;
  const address = (NAME_THEN_ADDRESS.exec(text) ?? ADDRESS_THEN_COMMENT.exec(text))?.[1];
  if (address === undefined || isAmbiguous(address, text)) return undefined;
  const [second, ...more] = addressparser(text, { flatten: true });
  return second?.address === address && more.length === 0 ? address : undefined;
}

/**
 * Some readers decode encoded words (RFC 2047) before they look for the address, others after it, and some within it:
 * so an address that has one, or a name in which one hides an address or the end of a line, is not beyond doubt.
 */
function isAmbiguous(address: string, text: string): boolean {
  if (address.includes("=?")) return true;
  if (!text.includes("=?")) return false;
  const name = text.replace(/<[^<>]*>$/, "").replace(ENCODED_WORD, (_, encoding: string, data: string) => {
    if (encoding.toLowerCase() === "b") return Buffer.from(data, "base64").toString("latin1");
    return data.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  });
  return /[\0\r\n]|<[^<>]*@[^<>]*>/.test(name);
}

const ENCODED_WORD = /=\?[^?]+\?([bq])\?([^?]*)\?=/gi;
