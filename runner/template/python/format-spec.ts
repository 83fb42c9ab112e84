// What "%5.2f" % value and "{:5.2f}".format(value) have in common: a value in a width, with a sign, a precision, a type.
// https://docs.python.org/3/library/string.html#formatspec

import { exponential, fixed } from "./decimal.ts";
import { floatText, str } from "./print.ts";
import { Fault, isFloat, isNumber, numeric, Undefined } from "./values.ts";

export interface Spec {
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

export function bounded(size: number): number {
  if (size > MAX_WIDTH) throw new Fault("the format asks for too wide a text");
  return size;
}

export function cut(text: string, { precision }: Spec): string {
  return precision === undefined ? text : Array.from(text).slice(0, precision).join("");
}

export function pad(text: string, { fill, align, width }: Spec): string {
  const missing = Math.max(0, width - Array.from(text).length);
  if (align === "<") return text + fill.repeat(missing);
  if (align === "^") {
    const before = Math.floor(missing / 2);
    return fill.repeat(before) + text + fill.repeat(missing - before);
  }
  return fill.repeat(missing) + text;
}

export function padNumber(number: number, spec: Spec): string {
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
