// Python's two ways of filling in a text: "%s" % value and "{}".format(value).
// https://docs.python.org/3/library/string.html#formatspec, https://docs.python.org/3/library/stdtypes.html#old-string-formatting

import { exponential, fixed } from "./decimal.ts";
import { isMapping } from "./mappings.ts";
import { getAttribute, getItem } from "./members.ts";
import { floatText, repr, str } from "./print.ts";
import { type Arguments, Fault, isFloat, isNumber, nowhere, numeric, Undefined } from "./values.ts";

interface Spec {
  fill: string;
  align: string;
  sign: string;
  alternate: boolean;
  width: number;
  comma: string;
  precision: number | undefined;
  type: string;
}

const MAX_WIDTH = 100_000;

/** `operand` is the right side of %, which `%(name)s` looks into. */
export function percentFormat(format: string, args: readonly unknown[], operand?: unknown): string {
  let next = 0;
  const pattern = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([\s\S]?)/g;
  const take = (): unknown => {
    if (next >= args.length) throw new Fault('there are fewer values than "%" places in the format');
    return args[next++];
  };
  const number = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    return bounded(text === "*" ? (numeric(take()) ?? 0) : Number(text));
  };
  const result = format.replace(
    pattern,
    (whole, key: string | undefined, flags: string, width, precision, type) => {
      if (type === "%" && whole === "%%") return "%";
      const spec: Spec = {
        fill: flags.includes("0") && !flags.includes("-") && !"rsac".includes(type) ? "0" : " ",
        align: flags.includes("-") ? "<" : flags.includes("0") && !"rsac".includes(type) ? "=" : ">",
        sign: flags.includes("+") ? "+" : flags.includes(" ") ? " " : "-",
        alternate: flags.includes("#"),
        width: number(width) ?? 0,
        comma: "",
        precision: number(precision),
        type,
      };
      if (key === undefined) return percentOne(spec, take());
      if (!isMapping(operand)) throw new Fault(`"%(${key})${type}" needs a mapping`);
      next = args.length;
      return percentOne(
        spec,
        getItem(operand, key, () => new Undefined(key, nowhere)),
      );
    },
  );
  if (next < args.length && !isMapping(operand)) {
    throw new Fault('there are more values than "%" places in the format');
  }
  return result;
}

function percentOne(spec: Spec, value: unknown): string {
  if (value instanceof Undefined) return value.raise();
  switch (spec.type) {
    case "s":
      return pad(cut(str(value), spec), spec);
    case "r":
    case "a":
      return pad(cut(repr(value), spec), spec);
    case "c":
      return pad(typeof value === "string" ? value : String.fromCodePoint(numeric(value) ?? 0), spec);
    case "d":
    case "i":
    case "u": {
      const number = numeric(value);
      if (number === undefined) throw new Fault(`"%${spec.type}" takes a number`);
      return padNumber(Math.trunc(number), { ...spec, type: "d", precision: undefined });
    }
    case "x":
    case "X":
    case "o":
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G": {
      const number = numeric(value);
      if (number === undefined) throw new Fault(`"%${spec.type}" takes a number`);
      return padNumber(number, spec);
    }
    default:
      throw new Fault(
        spec.type === "" ? 'the format ends in "%"' : `the format has no meaning for "%${spec.type}"`,
      );
  }
}

/** str.format: {}, {0}, {name.member[key]!r:>10}. */
export function braceFormat(format: string, args: Arguments): string {
  let next = 0;
  const fill = (text: string, nested: boolean): string => {
    let result = "";
    let index = 0;
    while (index < text.length) {
      const char = text[index]!;
      if ((char === "{" || char === "}") && text[index + 1] === char) {
        result += char;
        index += 2;
      } else if (char === "{") {
        const end = closingBrace(text, index);
        result += field(text.slice(index + 1, end), nested);
        index = end + 1;
      } else if (char === "}") throw new Fault('a single "}" stands in the format');
      else {
        result += char;
        index++;
      }
    }
    return result;
  };
  const field = (text: string, nested: boolean): string => {
    const [, path = "", conversion, spec = ""] = /^([^!:]*)(?:!([rsa]))?(?::([\s\S]*))?$/.exec(text) ?? [];
    if (nested && spec.includes("{")) throw new Fault("the format is nested too deeply");
    let value = lookUp(path);
    if (conversion !== undefined) value = conversion === "s" ? str(value) : repr(value);
    return formatValue(value, fill(spec, true));
  };
  const lookUp = (path: string): unknown => {
    const [, first = "", rest = ""] = /^([^.[]*)([\s\S]*)$/.exec(path) ?? [];
    let value: unknown;
    if (first === "" || /^\d+$/.test(first)) {
      const at = first === "" ? next++ : Number(first);
      if (at >= args.positional.length) throw new Fault(`the format has no value number ${at}`);
      value = args.positional[at];
    } else {
      if (!args.named.has(first)) throw new Fault(`the format has no value named "${first}"`);
      value = args.named.get(first);
    }
    for (const [, name, key] of rest.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
      const missing = () => new Undefined(path, nowhere);
      if (name !== undefined) value = getAttribute(value, name, missing);
      else value = getItem(value, /^\d+$/.test(key!) ? Number(key) : key, missing);
    }
    return value;
  };
  return fill(format, false);
}

function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (let index = from; index < text.length; index++) {
    if (text[index] === "{") depth++;
    if (text[index] === "}" && --depth === 0) return index;
  }
  throw new Fault('a single "{" stands in the format');
}

/** Python's format(value, spec). */
export function formatValue(value: unknown, text: string): string {
  if (value instanceof Undefined) return value.raise();
  const match = /^(?:([\s\S])?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u.exec(text);
  if (!match) throw new Fault(`"${text}" is no format`);
  const [, fill, align, sign = "-", alternate, zero, width, comma = "", precision, type] = match;
  const number =
    isNumber(value) || (typeof value === "boolean" && type !== undefined) ? numeric(value) : undefined;
  const spec: Spec = {
    fill: fill ?? (zero ? "0" : " "),
    align: align ?? (number === undefined ? "<" : zero ? "=" : ">"),
    sign,
    alternate: alternate !== undefined,
    width: bounded(Number(width ?? 0)),
    comma,
    precision: precision === undefined ? undefined : bounded(Number(precision)),
    type: type ?? "",
  };
  if (number !== undefined) {
    if (spec.type === "" && isFloat(value) && spec.precision === undefined) {
      return padSigned(number < 0 || Object.is(number, -0), floatText(Math.abs(number)), spec);
    }
    return padNumber(number, { ...spec, type: spec.type || (isFloat(value) ? "g" : "d") });
  }
  if (spec.type !== "" && spec.type !== "s") throw new Fault(`the format "${text}" takes a number`);
  return pad(cut(str(value), spec), spec);
}

function bounded(size: number): number {
  if (size > MAX_WIDTH) throw new Fault("the format asks for too wide a text");
  return size;
}

function cut(text: string, { precision }: Spec): string {
  return precision === undefined ? text : Array.from(text).slice(0, precision).join("");
}

function pad(text: string, { fill, align, width }: Spec): string {
  const missing = Math.max(0, width - Array.from(text).length);
  if (align === "<") return text + fill.repeat(missing);
  if (align === "^") {
    const before = Math.floor(missing / 2);
    return fill.repeat(before) + text + fill.repeat(missing - before);
  }
  return fill.repeat(missing) + text;
}

function padNumber(number: number, spec: Spec): string {
  return padSigned(number < 0 || Object.is(number, -0), digits(Math.abs(number), spec), spec);
}

function padSigned(minus: boolean, digitsText: string, spec: Spec): string {
  const sign = minus ? "-" : spec.sign === "-" ? "" : spec.sign;
  const text = spec.comma ? grouped(digitsText, spec.comma) : digitsText;
  if (spec.align !== "=") return pad(sign + text, spec);
  return sign + spec.fill.repeat(Math.max(0, spec.width - sign.length - text.length)) + text;
}

function grouped(text: string, comma: string): string {
  const [, whole = "", rest = ""] = /^(\d*)([\s\S]*)$/.exec(text) ?? [];
  return whole.replace(/\B(?=(\d{3})+$)/g, comma) + rest;
}

function digits(number: number, { type, precision, alternate }: Spec): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? "nan" : "inf";
  const whole = () => {
    if (!Number.isInteger(number)) throw new Fault(`the format "${type}" takes a whole number`);
    return number;
  };
  switch (type) {
    case "d":
    case "n":
      return String(whole());
    case "x":
      return (alternate ? "0x" : "") + whole().toString(16);
    case "X":
      return (alternate ? "0X" : "") + whole().toString(16).toUpperCase();
    case "o":
      return (alternate ? "0o" : "") + whole().toString(8);
    case "b":
      return (alternate ? "0b" : "") + whole().toString(2);
    case "e":
      return exponential(number, precision ?? 6);
    case "E":
      return exponential(number, precision ?? 6).toUpperCase();
    case "f":
    case "F":
      return fixed(number, precision ?? 6);
    case "%":
      return `${fixed(number * 100, precision ?? 6)}%`;
    case "g":
    case "G": {
      const size = Math.max(1, precision ?? 6);
      const power = number === 0 ? 0 : Number(exponential(number, size - 1).split("e")[1]);
      const text =
        power < -4 || power >= size
          ? exponential(number, size - 1).replace(/\.?0*e/, "e")
          : fixed(number, size - 1 - power)
              .replace(/(\.\d*?)0+$/, "$1")
              .replace(/\.$/, "");
      return type === "G" ? text.toUpperCase() : text;
    }
    default:
      throw new Fault(`the format has no meaning for "${type}"`);
  }
}
