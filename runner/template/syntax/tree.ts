// The parsed form of an expression, and of a template around it. Positions count from 0 and are relative
// to the text that was parsed; who knows where that text stands turns them into a Place.

import type { BinaryOperator } from "../python/operators.ts";

export interface Spot {
  readonly line: number;
  readonly column: number;
}

export type CompareOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";

export interface CallArguments {
  readonly positional: readonly Expression[];
  readonly named: readonly { readonly name: string; readonly value: Expression }[];
  /** `*list` and `**mapping`. */
  readonly rest?: Expression;
  readonly anyNamed?: Expression;
}

export type Expression = { readonly at: Spot } & (
  | { readonly kind: "constant"; readonly value: unknown }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list" | "tuple"; readonly items: readonly Expression[] }
  | {
      readonly kind: "mapping";
      readonly pairs: readonly { readonly key: Expression; readonly value: Expression }[];
    }
  | { readonly kind: "member"; readonly target: Expression; readonly name: string }
  | { readonly kind: "item"; readonly target: Expression; readonly key: Expression }
  | {
      readonly kind: "slice";
      readonly target: Expression;
      readonly from: Expression | undefined;
      readonly to: Expression | undefined;
      readonly step: Expression | undefined;
    }
  | { readonly kind: "call"; readonly callee: Expression; readonly args: CallArguments }
  | {
      readonly kind: "filter";
      readonly name: string;
      readonly target: Expression;
      readonly args: CallArguments;
    }
  | {
      readonly kind: "test";
      readonly name: string;
      readonly target: Expression;
      readonly args: CallArguments;
    }
  | { readonly kind: "not"; readonly target: Expression }
  | { readonly kind: "sign"; readonly operator: "-" | "+"; readonly target: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "compare";
      readonly first: Expression;
      readonly rest: readonly { readonly operator: CompareOperator; readonly right: Expression }[];
    }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "concat"; readonly parts: readonly Expression[] }
  | {
      readonly kind: "choice";
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression | undefined;
    }
);

/** What `for` and `set` assign to. */
export type Target =
  | { readonly kind: "name"; readonly name: string; readonly at: Spot }
  | { readonly kind: "field"; readonly name: string; readonly field: string; readonly at: Spot }
  | { readonly kind: "names"; readonly targets: readonly Target[]; readonly at: Spot };

export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | undefined;
}

/** A filter as `{% filter %}` and `{% set %}` blocks name it. */
export interface FilterUse {
  readonly name: string;
  readonly args: CallArguments;
  readonly at: Spot;
}

export type Statement = { readonly at: Spot } & (
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "output"; readonly value: Expression }
  | { readonly kind: "if"; readonly condition: Expression; readonly yes: Body; readonly no: Body }
  | {
      readonly kind: "for";
      readonly target: Target;
      readonly list: Expression;
      readonly condition: Expression | undefined;
      readonly body: Body;
      readonly otherwise: Body;
    }
  | { readonly kind: "set"; readonly target: Target; readonly value: Expression }
  | {
      readonly kind: "capture";
      readonly target: Target | undefined;
      readonly body: Body;
      readonly filters: readonly FilterUse[];
    }
  | {
      readonly kind: "with";
      readonly pairs: readonly { readonly target: Target; readonly value: Expression }[];
      readonly body: Body;
    }
  | {
      readonly kind: "macro";
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: Body;
    }
  | {
      readonly kind: "call";
      readonly parameters: readonly Parameter[];
      readonly call: Expression;
      readonly body: Body;
    }
  | { readonly kind: "block"; readonly name: string; readonly scoped: boolean; readonly body: Body }
  | { readonly kind: "extends"; readonly template: Expression }
  | {
      readonly kind: "include";
      readonly template: Expression;
      readonly ignoreMissing: boolean;
      readonly withContext: boolean;
    }
  | {
      readonly kind: "import";
      readonly template: Expression;
      readonly name: string;
      readonly withContext: boolean;
    }
  | {
      readonly kind: "from";
      readonly template: Expression;
      readonly names: readonly { readonly name: string; readonly as: string; readonly at: Spot }[];
      readonly withContext: boolean;
    }
);

export type Body = readonly Statement[];

/** Why a text could not be parsed. */
export class SyntaxFault extends Error {
  readonly spot: Spot;
  readonly hint: string | undefined;

  constructor(message: string, spot: Spot, hint?: string) {
    super(message);
    this.spot = spot;
    this.hint = hint;
  }
}
