// What joins templates: include, import, extends and blocks. A template named by a plain text is found and
// compiled before anything is rendered; one named by an expression when it is reached.

import { Callable, Fault, LazyMapping, nowhere, plain, Undefined } from "../python/values.ts";
import { parseTemplate } from "../syntax/parse.ts";
import { type Body, type Expression, type Spot, type Statement, SyntaxFault } from "../syntax/tree.ts";
import { type Scope, TemplateError, UndefinedVariable } from "../value.ts";
import { Context, Names } from "./context.ts";
import { compileExpression } from "./expressions.ts";
import { Frame, newRun, placed } from "./frame.ts";
import { withoutFinalNewline } from "./source.ts";
import { captured, compileBody, type Write } from "./statements.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

const MAX_DEPTH = 50;

/** A whole template: its blocks are known before its text is written. */
export interface Program {
  readonly blocks: ReadonlyMap<string, Write>;
  readonly write: Write;
}

export function compileProgram(body: Body, context: Context): Program {
  for (const name of namesSetBy(body)) context.rootNames.maybe(name);
  const at = body.findIndex(({ kind }) => kind === "extends");
  const blocks = new Map<string, Write>();
  if (at < 0) {
    const write = compileBody(body, context);
    collectBlocks(body, context, blocks);
    return { blocks, write: (frame, out) => start(blocks, write, frame, out) };
  }
  const { template } = body[at] as Of<"extends">;
  const before = compileBody(body.slice(0, at), context);
  // Of what follows only definitions count; text outside of blocks is dropped.
  const after = compileBody(
    body.slice(at + 1).filter(({ kind }) => kind !== "block" && kind !== "text" && kind !== "output"),
    context,
  );
  collectBlocks(body, context, blocks);
  const parent = compileReference(template, context, { withContext: true });
  const write: Write = (frame, out) => {
    before(frame, out);
    const found = parent(frame);
    after(frame, []);
    found?.write(frame, out);
  };
  return { blocks, write: (frame, out) => start(blocks, write, frame, out) };
}

function start(blocks: ReadonlyMap<string, Write>, write: Write, frame: Frame, out: string[]): void {
  for (const [name, block] of blocks) {
    const known = frame.run.blocks.get(name);
    if (known) known.push(block);
    else frame.run.blocks.set(name, [block]);
  }
  write(frame, out);
}

function collectBlocks(body: Body, context: Context, blocks: Map<string, Write>): void {
  for (const block of blocksIn(body)) {
    if (blocks.has(block.name))
      context.problem("template-block", `the block ${block.name} stands twice here`, block.at);
    const inside = context.inner(block.scoped ? new Names(context.rootNames) : context.rootNames);
    inside.names.bind("super");
    // What surrounds a scoped block may bind any name.
    blocks.set(block.name, compileBody(block.body, block.scoped ? inside.underGuard() : inside));
  }
}

function blocksIn(body: Body): Of<"block">[] {
  return body.flatMap((statement) => {
    if (statement.kind === "block") return [statement, ...blocksIn(statement.body)];
    return bodiesOf(statement).flatMap(blocksIn);
  });
}

function bodiesOf(statement: Statement): Body[] {
  switch (statement.kind) {
    case "if":
      return [statement.yes, statement.no];
    case "for":
      return [statement.body, statement.otherwise];
    case "with":
    case "capture":
    case "block":
      return [statement.body];
    default:
      return [];
  }
}

/** Names set at the outermost level, which macros and blocks further up see as well. */
function namesSetBy(body: Body): string[] {
  return body.flatMap((statement) => {
    switch (statement.kind) {
      case "if":
        return [...namesSetBy(statement.yes), ...namesSetBy(statement.no)];
      case "set":
      case "capture":
        return statement.target?.kind === "name" ? [statement.target.name] : [];
      case "macro":
      case "import":
        return [statement.name];
      case "from":
        return statement.names.map((name) => name.as);
      default:
        return [];
    }
  });
}

export function compileBlock({ name, scoped, at }: Of<"block">, context: Context): Write {
  return (frame, out) => {
    const bodies = frame.run.blocks.get(name) ?? [];
    let root = frame;
    while (root.parent && root.parent.run === frame.run) root = root.parent;
    writeBlock(0, scoped ? frame : root, out);

    function writeBlock(level: number, outer: Frame, into: string[]): void {
      const inner = outer.inner();
      inner.set(
        "super",
        new Callable("super", () => {
          if (level + 1 >= bodies.length) throw new Fault(`there is no outer block ${name}`);
          const parts: string[] = [];
          writeBlock(level + 1, outer, parts);
          return parts.join("");
        }),
      );
      try {
        bodies[level]?.(inner, into);
      } catch (error) {
        throw placed(error, () => context.at(at));
      }
    }
  };
}

export function compileInclude(
  { template, ignoreMissing, withContext }: Of<"include">,
  context: Context,
): Write {
  const found = compileReference(template, context, { withContext, ignoreMissing });
  return (frame, out) => {
    const program = found(frame);
    if (program) program.write(innerRun(frame, withContext), out);
  };
}

export function compileImport({ template, name, withContext }: Of<"import">, context: Context): Write {
  const found = compileReference(template, context, { withContext });
  context.names.bind(name);
  return (frame) => frame.set(name, moduleOf(found, frame, withContext).module);
}

export function compileFrom({ template, names, withContext }: Of<"from">, context: Context): Write {
  const found = compileReference(template, context, { withContext });
  for (const { as } of names) context.names.bind(as);
  return (frame) => {
    const { module, file } = moduleOf(found, frame, withContext);
    for (const { name, as, at } of names) {
      const missing = new Undefined(`${name} (imported from ${file})`, () => context.at(at));
      frame.set(as, module.has(name) ? module.get(name) : missing);
    }
  };
}

/** What an imported template sets, save for names with an underscore in front. */
function moduleOf(found: Find, frame: Frame, withContext: boolean): { module: LazyMapping; file: string } {
  const inner = innerRun(frame, withContext);
  const program = found(frame);
  if (program) captured(program.write, inner);
  const names = new Set([...inner.names()].filter((name) => !name.startsWith("_")));
  const module = new LazyMapping({
    names: () => names,
    has: (name) => names.has(name),
    get: (name) => inner.get(name),
  });
  return { module, file: program?.file ?? "" };
}

function innerRun(frame: Frame, withContext: boolean): Frame {
  const { run } = frame;
  const scope = withContext ? run.scope : onlyLookup(run.scope);
  const inner = { ...newRun(scope), made: run.made, depth: run.depth + 1 };
  if (inner.depth > MAX_DEPTH) throw new Fault("templates are included too deeply in each other");
  return new Frame(inner, withContext ? frame : undefined);
}

/** Without context nothing of the caller is seen; `lookup` is no variable but a function that all have. */
function onlyLookup(scope: Scope): Scope {
  const has = (name: string) => name === "lookup" && scope.has(name);
  return {
    has,
    get(name) {
      if (has(name)) return scope.get(name);
      throw new UndefinedVariable(name, nowhere());
    },
    names: () => (scope.has("lookup") ? ["lookup"] : []),
  };
}

interface Found extends Program {
  readonly file: string;
}

type Find = (frame: Frame) => Found | undefined;

interface ReferenceOptions {
  readonly withContext: boolean;
  readonly ignoreMissing?: boolean;
}

function compileReference(template: Expression, context: Context, options: ReferenceOptions): Find {
  const { at } = template;
  const { loader } = context.settings;
  if (!loader) {
    context.problem("template-include", "other templates can be used in template files only", at);
    return () => undefined;
  }
  if (template.kind === "constant" && typeof template.value === "string") {
    const source = loader(template.value, context.at(at).file);
    if (!source) {
      if (!options.ignoreMissing) {
        context.problem("missing-template", `there is no template "${template.value}"`, at);
      }
      return () => undefined;
    }
    // A template that is open already is compiled again when it is reached: it may end its recursion by itself.
    if (!context.settings.files.includes(source.file)) {
      const program = { ...compileSource(source, context, options), file: source.file };
      return () => program;
    }
  }
  const name = compileExpression(template, context);
  return (frame) => {
    try {
      return loadNow(name(frame), frame, { ...options, context, at });
    } catch (error) {
      throw placed(error, () => context.at(at));
    }
  };
}

function loadNow(
  value: unknown,
  frame: Frame,
  { context, at, ...options }: ReferenceOptions & { context: Context; at: Spot },
): Found | undefined {
  if (frame.run.depth >= MAX_DEPTH) throw new Fault("templates are included too deeply in each other");
  const names = [plain(value)].flat();
  for (const name of names) {
    if (typeof name !== "string") throw new Fault("the name of a template must be a text");
    const source = context.settings.loader?.(name, context.at(at).file);
    if (!source) continue;
    const report = { uses: [], problems: [] as Context["settings"]["report"]["problems"] };
    const now = new Context({ ...context.settings, report }, true, undefined, context.rootNames);
    const program = { ...compileSource(source, now, options), file: source.file };
    const [problem] = report.problems;
    if (problem) throw new TemplateError(problem.message, problem.at ?? context.at(at));
    return program;
  }
  if (options.ignoreMissing) return undefined;
  throw new Fault(`there is no template "${names.join('" or "')}"`);
}

function compileSource(
  { text, file }: { text: string; file: string },
  context: Context,
  { withContext }: ReferenceOptions,
): Program {
  const where = ({ line, column }: Spot) => ({ file, line: line + 1, column: column + 1 });
  // Without context free names are nobody's: they are undefined whatever the caller's scope has.
  const report = withContext
    ? context.settings.report
    : { uses: [], problems: context.settings.report.problems };
  const files = [...context.settings.files, file];
  const inner = context.forFile(where, report, files, withContext ? context.names : undefined);
  try {
    return compileProgram(parseTemplate(withoutFinalNewline(text), context.settings.options), inner);
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    inner.problem("template-syntax", error.message, error.spot, error.hint);
    return { blocks: new Map(), write: () => {} };
  }
}
