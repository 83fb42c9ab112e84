// Turns what nunjucks' parser makes (nodes.js) into the statements of tree.ts.

import {
  type Body,
  type Expression,
  type Parameter,
  type Spot,
  type Statement,
  SyntaxFault,
} from "./tree.ts";

interface NodeBase {
  readonly lineno: number;
  readonly colno: number;
}

interface Name extends NodeBase {
  readonly value: string;
}

/** Only the nodes that the inherited methods can make. */
type Node = NodeBase &
  (
    | { readonly typename: "Root" | "NodeList"; readonly children: readonly Node[] }
    | { readonly typename: "Output"; readonly children: readonly (Expression | TemplateData)[] }
    | { readonly typename: "If"; readonly cond: Expression; readonly body: Node; readonly else_: Node | null }
    | {
        readonly typename: "Macro";
        readonly name: Name;
        readonly args: readonly Parameter[];
        readonly body: Node;
      }
    | { readonly typename: "Extends"; readonly template: Expression }
    | {
        readonly typename: "Import";
        readonly template: Expression;
        readonly target: Expression;
        readonly withContext: boolean | null;
      }
    | {
        readonly typename: "FromImport";
        readonly template: Expression;
        readonly names: {
          readonly children: readonly (Name | { readonly key: Name; readonly value: Name })[];
        };
        readonly withContext: boolean | null;
      }
  );

interface TemplateData {
  readonly typename: "TemplateData";
  readonly value: string;
}

export function bodyOf(node: unknown): Body {
  if (node === null) return [];
  const given = node as Node | Statement;
  if ("kind" in given) return [given];
  const at: Spot = { line: given.lineno, column: given.colno };
  switch (given.typename) {
    case "Root":
    case "NodeList":
      return given.children.flatMap(bodyOf);
    case "Output":
      return given.children.map((child) =>
        "kind" in child ? { kind: "output", value: child, at } : { kind: "text", text: child.value, at },
      );
    case "If": {
      const { cond: condition, body, else_ } = given;
      return [{ kind: "if", condition, yes: bodyOf(body), no: bodyOf(else_), at }];
    }
    case "Macro":
      return [
        { kind: "macro", name: given.name.value, parameters: given.args, body: bodyOf(given.body), at },
      ];
    case "Extends":
      return [{ kind: "extends", template: given.template, at }];
    case "Import": {
      const { template, target, withContext } = given;
      if (target.kind !== "name") throw new SyntaxFault("a name is expected after as", target.at);
      return [{ kind: "import", template, name: target.name, withContext: withContext === true, at }];
    }
    case "FromImport": {
      const names = given.names.children.map((each) => {
        const [name, as] = "key" in each ? [each.key, each.value] : [each, each];
        return { name: name.value, as: as.value, at: { line: name.lineno, column: name.colno } };
      });
      return [{ kind: "from", template: given.template, names, withContext: given.withContext === true, at }];
    }
  }
}
