// Python's operators and its idea of truth, for values of templates (values.ts).

import { entriesOf, getKey, hasKey, isMapping, keyOf, keysOf } from "./mappings.ts";
import { percentFormat } from "./percent-format.ts";
import { str } from "./print.ts";
import { typeName } from "./type-name.ts";
import { Blank, exact, Fault, float, isFloat, isNumber, numeric, Tuple, tuple, Undefined } from "./values.ts";

/** Python's bool(): empty texts, lists and mappings, 0, None and False are false. */
export function truthy(value: unknown): boolean {
  if (value instanceof Blank) return false;
  if (value instanceof Undefined) return value.raise();
  if (value === null || value === undefined || value === false || value === "") return false;
  const number = numeric(value);
  if (number !== undefined) return number !== 0;
  if (Array.isArray(value)) return value.length > 0;
  return isMapping(value) ? keysOf(value).length > 0 : true;
}

export function equal(left: unknown, right: unknown): boolean {
  if (left instanceof Blank || right instanceof Blank) return left instanceof Blank && right instanceof Blank;
  if (left instanceof Undefined) return left.raise();
  if (right instanceof Undefined) return right.raise();
  const [a, b] = [numeric(left), numeric(right)];
  if (a !== undefined && b !== undefined) return a === b;
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left instanceof Tuple === right instanceof Tuple &&
      left.length === right.length &&
      left.every((item, index) => equal(item, right[index]))
    );
  }
  if (isMapping(left) && isMapping(right)) {
    const entries = entriesOf(left);
    return (
      entries.length === keysOf(right).length &&
      entries.every(([key, item]) => hasKey(right, key) && equal(item, getKey(right, key)))
    );
  }
  return left === right;
}

/** Negative, zero or positive; only numbers, texts and lists have an order. */
export function order(left: unknown, right: unknown, operator = "<"): number {
  const [a, b] = [numeric(left), numeric(right)];
  if (a !== undefined && b !== undefined) return a < b ? -1 : Number(a !== b);
  if (typeof left === "string" && typeof right === "string") return orderTexts(left, right);
  if (Array.isArray(left) && Array.isArray(right) && left instanceof Tuple === right instanceof Tuple) {
    const differing = left.findIndex((item, index) => index >= right.length || !equal(item, right[index]));
    if (differing === -1) return left.length === right.length ? 0 : -1;
    return differing >= right.length ? 1 : order(left[differing], right[differing], operator);
  }
  throw new Fault(`"${operator}" cannot compare ${typeName(left)} and ${typeName(right)}`);
}

/** By code points, as Python: UTF-16 order differs for emoji. */
function orderTexts(left: string, right: string): number {
  if (left === right) return 0;
  let index = 0;
  while (index < left.length && left[index] === right[index]) index++;
  // A difference in the second half of a pair is a difference of the whole character.
  if (index > 0 && /[\uDC00-\uDFFF]/.test((left[index] ?? "") + (right[index] ?? ""))) index--;
  return (left.codePointAt(index) ?? -1) < (right.codePointAt(index) ?? -1) ? -1 : 1;
}

export function contains(container: unknown, item: unknown): boolean {
  if (container instanceof Blank) return false;
  if (container instanceof Undefined) return container.raise();
  if (item instanceof Undefined && !(item instanceof Blank)) return item.raise();
  if (typeof container === "string") {
    if (typeof item === "string") return container.includes(item);
    throw new Fault(`"in" a text takes a text, not ${typeName(item)}`);
  }
  if (Array.isArray(container)) return container.some((each) => equal(each, item));
  if (isMapping(container)) {
    return (typeof item === "string" || isNumber(item)) && !isFloat(item) && hasKey(container, keyOf(item));
  }
  throw new Fault(`"in" takes a text, a list or a mapping, not ${typeName(container)}`);
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**";

export function binary(operator: BinaryOperator, left: unknown, right: unknown): unknown {
  if (left instanceof Undefined) return left.raise();
  if (right instanceof Undefined) return right.raise();
  const [a, b] = [numeric(left), numeric(right)];
  if (a !== undefined && b !== undefined) {
    return arithmetic(operator, a, b, isFloat(left) || isFloat(right));
  }
  const other = operator === "+" ? joined(left, right) : operator === "*" ? repeated(left, right) : undefined;
  if (other !== undefined) return other;
  if (operator === "%" && typeof left === "string") {
    return percentFormat(left, right instanceof Tuple ? [...right] : [right], right);
  }
  throw new Fault(`"${operator}" cannot take ${typeName(left)} and ${typeName(right)}`);
}

function arithmetic(operator: BinaryOperator, a: number, b: number, floats: boolean): unknown {
  if (b === 0 && (operator === "/" || operator === "//" || operator === "%")) {
    throw new Fault("division by zero");
  }
  if (operator === "/") return float(a / b);
  if (operator === "**" && b < 0) {
    if (a === 0) throw new Fault("division by zero");
    return float(a ** b);
  }
  const result = calculate(operator, a, b);
  if (Number.isNaN(result) && operator === "**")
    throw new Fault("a root of a negative number is not supported");
  return floats ? float(result) : exact(result);
}

function calculate(operator: Exclude<BinaryOperator, "/">, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "//":
      return Math.floor(a / b);
    case "%": {
      // The sign is the divisor's.
      const rest = a % b;
      return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
    }
    case "**":
      return a ** b;
  }
}

function joined(left: unknown, right: unknown): unknown {
  if (typeof left === "string" && typeof right === "string") return left + right;
  if (!Array.isArray(left) || !Array.isArray(right)) return undefined;
  if (left instanceof Tuple !== right instanceof Tuple) return undefined;
  return left instanceof Tuple ? tuple([...left, ...right]) : [...left, ...right];
}

const MAX_REPEATED = 10_000_000;

function repeated(left: unknown, right: unknown): unknown {
  const [what, times] = isNumber(left) ? [right, left] : [left, right];
  const count = isFloat(times) ? undefined : numeric(times);
  if (count === undefined || (typeof what !== "string" && !Array.isArray(what))) return undefined;
  if (what.length * count > MAX_REPEATED) throw new Fault('the result of "*" is too long');
  if (typeof what === "string") return what.repeat(Math.max(0, count));
  const items = Array.from({ length: Math.max(0, count) }, () => [...what]).flat();
  return what instanceof Tuple ? tuple(items) : items;
}

export function negative(value: unknown): unknown {
  return signed("-", value, -1);
}

export function positive(value: unknown): unknown {
  return signed("+", value, 1);
}

function signed(operator: string, value: unknown, sign: number): unknown {
  if (value instanceof Undefined) return value.raise();
  const number = numeric(value);
  if (number === undefined) throw new Fault(`"${operator}" cannot take ${typeName(value)}`);
  if (isFloat(value)) return float(sign * number);
  return number === 0 ? 0 : sign * number;
}

/** Python's `~` of Jinja2: everything as text. */
export function concatenate(parts: readonly unknown[]): string {
  return parts.map(str).join("");
}
