// "%s" % value.
// https://docs.python.org/3/library/stdtypes.html#old-string-formatting

import { bounded, cut, pad, padNumber, type Spec } from "./format-spec.ts";
import { getKey, hasKey, isMapping } from "./mappings.ts";
import { repr, str } from "./print.ts";
import { Fault, nowhere, numeric, Undefined } from "./values.ts";

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
        hasKey(operand, key) ? (getKey(operand, key) ?? null) : new Undefined(key, nowhere),
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
