// Turns the text of one option into the type that its schema asks for. Only the few JSON Schema keywords
// that role.yaml uses are known (a test holds role.yaml to them): a daemon that stays in memory for months
// should not carry a whole validator for a file that is read once.

/** The keywords that an option's schema may use. */
export interface OptionSchema {
  readonly type: "string" | "integer" | "number" | "boolean";
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
}

export type OptionValue = string | number | boolean;

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

/** The typed value; throws with what was expected, for the caller to put the key's name before it. */
export function checkOption(text: string, schema: OptionSchema): OptionValue {
  const value = convert(text, schema.type);
  if (typeof value === "number") {
    if (schema.minimum !== undefined && value < schema.minimum)
      throw new Error(`must be ${schema.minimum} or more, not ${text}`);
    if (schema.maximum !== undefined && value > schema.maximum)
      throw new Error(`must be ${schema.maximum} or less, not ${text}`);
  }
  if (
    typeof value === "string" &&
    schema.pattern !== undefined &&
    !new RegExp(schema.pattern, "u").test(value)
  )
    throw new Error(`must match ${schema.pattern}, not ${JSON.stringify(text)}`);
  if (schema.enum && !schema.enum.includes(value))
    throw new Error(`must be one of ${schema.enum.join(", ")}, not ${JSON.stringify(text)}`);
  return value;
}

function convert(text: string, type: OptionSchema["type"]): OptionValue {
  switch (type) {
    case "string":
      return text;
    case "integer":
      if (!/^[+-]?[0-9]{1,15}$/.test(text))
        throw new Error(`must be a whole number, not ${JSON.stringify(text)}`);
      return Number(text);
    case "number":
      if (!/^[+-]?[0-9]+([.][0-9]+)?$/.test(text))
        throw new Error(`must be a number, not ${JSON.stringify(text)}`);
      return Number(text);
    case "boolean": {
      const value = BOOLEANS[text.toLowerCase()];
      if (value === undefined) throw new Error(`must be true or false, not ${JSON.stringify(text)}`);
      return value;
    }
  }
}
