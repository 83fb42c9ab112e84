// What is known while a template is compiled: which names it binds itself, where it stands, what was found.

import type { Place, Problem } from "../../source/problem.ts";
import { didYouMean } from "../../source/suggest.ts";
import type { LexerOptions } from "../syntax/lexer.ts";
import type { Expression, Spot } from "../syntax/tree.ts";
import type { VariableUse } from "../value.ts";

/** Finds a template by the name that `include` and the like give; `from` is the file that asks. */
export type Loader = (
  name: string,
  from: string,
) => { readonly text: string; readonly file: string } | undefined;

/** Names that the template binds: for sure, or on some way only. */
export class Names {
  private readonly own = new Map<string, "bound" | "maybe">();
  private readonly parent: Names | undefined;

  constructor(parent?: Names) {
    this.parent = parent;
  }

  bind(name: string): void {
    this.own.set(name, "bound");
  }

  maybe(name: string): void {
    if (!this.own.has(name)) this.own.set(name, "maybe");
  }

  look(name: string): "bound" | "maybe" | undefined {
    return this.own.get(name) ?? this.parent?.look(name);
  }
}

export interface Report {
  readonly uses: VariableUse[];
  readonly problems: Problem[];
}

interface Settings {
  readonly where: (spot: Spot) => Place;
  readonly report: Report;
  readonly names: Names;
  readonly loader: Loader | undefined;
  /** Of templates that this one includes, too. */
  readonly options: LexerOptions;
  /** The files being compiled, outermost first. */
  readonly files: readonly string[];
}

export class Context {
  readonly settings: Settings;
  readonly names: Names;
  /** Names of the outermost level, which blocks and macros see. */
  readonly rootNames: Names;
  private readonly guarded: boolean;
  private readonly tested: ReadonlySet<string>;

  constructor(
    settings: Settings,
    guarded = false,
    tested: ReadonlySet<string> = new Set(),
    rootNames?: Names,
  ) {
    this.settings = settings;
    this.names = settings.names;
    this.guarded = guarded;
    this.tested = tested;
    this.rootNames = rootNames ?? settings.names;
  }

  /** Below `default` and the like: no name must exist. */
  underGuard(): Context {
    return new Context(this.settings, true, this.tested, this.rootNames);
  }

  /** Where these names have been asked for with `is defined`. */
  afterTest(names: readonly string[]): Context {
    if (names.length === 0) return this;
    return new Context(this.settings, this.guarded, new Set([...this.tested, ...names]), this.rootNames);
  }

  /** Names bound from here on are not seen outside. */
  inner(outer = this.names): Context {
    return new Context(
      { ...this.settings, names: new Names(outer) },
      this.guarded,
      this.tested,
      this.rootNames,
    );
  }

  /** Names bound from here on may be missing outside: one branch of several. */
  branch(): Context {
    const { names } = this;
    const branch = new Names(names);
    const bind = branch.bind.bind(branch);
    branch.bind = (name) => {
      bind(name);
      names.maybe(name);
    };
    return new Context({ ...this.settings, names: branch }, this.guarded, this.tested, this.rootNames);
  }

  /** Another file's text at this point; it has no outer names but those given. */
  forFile(where: (spot: Spot) => Place, report: Report, files: readonly string[], outer?: Names): Context {
    const settings = { ...this.settings, where, report, files, names: new Names(outer) };
    return new Context(settings, this.guarded, this.tested);
  }

  use(name: string, spot: Spot): void {
    const bound = this.names.look(name);
    if (bound === "bound") return;
    const { where } = this.settings;
    let at: Place | undefined;
    this.settings.report.uses.push({
      name,
      guarded: this.guarded || bound === "maybe" || this.tested.has(name),
      get at() {
        at ??= where(spot);
        return at;
      },
    });
  }

  at(spot: Spot): Place {
    return this.settings.where(spot);
  }

  problem(code: string, message: string, spot: Spot, hint?: string): void {
    this.settings.report.problems.push({
      code,
      message,
      at: this.at(spot),
      ...(hint !== undefined && { hint }),
    });
  }

  unknown(kind: "filter" | "test", name: string, spot: Spot, known: Iterable<string>): void {
    this.problem(`unknown-${kind}`, `unknown ${kind} "${name}"`, spot, didYouMean(name, known));
  }
}

/** The names that an expression asks for with `is defined` or `is undefined`. */
export function testedNames(expression: Expression): string[] {
  switch (expression.kind) {
    case "test": {
      const asks = expression.name === "defined" || expression.name === "undefined";
      return asks ? baseName(expression.target) : testedNames(expression.target);
    }
    case "not":
      return testedNames(expression.target);
    case "and":
    case "or":
      return [...testedNames(expression.left), ...testedNames(expression.right)];
    case "compare":
      return [expression.first, ...expression.rest.map(({ right }) => right)].flatMap(testedNames);
    case "filter":
      return testedNames(expression.target);
    default:
      return [];
  }
}

function baseName(expression: Expression): string[] {
  if (expression.kind === "name") return [expression.name];
  return "target" in expression ? baseName(expression.target) : [];
}
