// What an unquoted scalar means: PyYAML's rules (YAML 1.1 with its own narrower numbers), because playbooks
// are written for these. What fits none of them is a text.

const NOTHING = /^(?:~|null|Null|NULL|)$/;
const BOOLEAN = /^(?:(yes|Yes|YES|true|True|TRUE|on|On|ON)|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const WHOLE =
  /^[-+]?(?:(0b[01_]+)|(0[0-7_]+)|(0|[1-9][0-9_]*)|(0x[0-9a-fA-F_]+)|([1-9][0-9_]*(?::[0-5]?[0-9])+))$/;
const FRACTION =
  /^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)$/;
const ENDLESS = /^(?:([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** The value of a plain scalar, given as it is written. */
export function plainScalar(text: string): string | number | boolean | null {
  if (NOTHING.test(text)) return null;
  const boolean = BOOLEAN.exec(text);
  if (boolean) return boolean[1] !== undefined;
  if (WHOLE.test(text)) return wholeNumber(text);
  if (FRACTION.test(text)) return fraction(text);
  const endless = ENDLESS.exec(text);
  if (!endless) return text;
  if (endless[1] === undefined) return Number.NaN;
  return endless[1] === "-" ? -Infinity : Infinity;
}

/** A number that would lose digits stays the text that was written. */
function wholeNumber(text: string): number | string {
  const [negative, digits] = unsigned(text);
  const value = digits.includes(":")
    ? sixties(digits)
    : Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return Number.isSafeInteger(value) ? sign(negative, value) : text;
}

function fraction(text: string): number {
  const [negative, digits] = unsigned(text);
  return sign(negative, digits.includes(":") ? sixties(digits) : Number(digits));
}

function unsigned(text: string): [negative: boolean, digits: string] {
  return [text.startsWith("-"), text.replace(/^[-+]/, "").replaceAll("_", "")];
}

function sign(negative: boolean, value: number): number {
  return negative && value !== 0 ? -value : value;
}

function sixties(text: string): number {
  return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
