// The functions that Ajv makes of JSON Schemas. To make one takes longer than to use it a hundred times, so the program
// keeps their code beside its own, under the hash of their schema.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { Ajv, type ValidateFunction } from "ajv";
import equal from "ajv/dist/runtime/equal.js";
import ucs2length from "ajv/dist/runtime/ucs2length.js";
import standalone from "ajv/dist/standalone/index.js";

/** In coercing mode texts become numbers and booleans where the schema asks for these, as in Ansible; defaults are filled in. */
export type Mode = "strict" | "coercing";

/** Annotations of ours beside JSON Schema's own keywords: see docs/roles.md. */
const ANNOTATIONS = ["errorMessage", "secret", "whenUndefined", "keepsFloats"];

function createAjv(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    // Our own are checked by tests, those of roles by foreignSchemaErrors: it takes as long as all else at the start.
    validateSchema: false,
    // Schemas are many and each is used a few times: making better code of them costs more than it gives.
    code: { optimize: false, source: true },
    strictTypes: false,
    strictRequired: false,
    verbose: true,
    coerceTypes,
    useDefaults: coerceTypes,
  });
  for (const annotation of ANNOTATIONS) ajv.addKeyword(annotation);
  for (const format of ["expression", "template-file", "local-file"]) ajv.addFormat(format, true);
  return ajv;
}

const makers: Partial<Record<Mode, Ajv>> = {};

export function makerOf(mode: Mode): Ajv {
  makers[mode] ??= createAjv(mode === "coercing");
  return makers[mode];
}

const made = new WeakMap<object, Partial<Record<Mode, ValidateFunction>>>();
let directory: string | undefined;

/** Keeps the code of validators there, and takes what is there; what may not be written is made anew each time. */
export function keepValidatorsIn(path: string | undefined): void {
  directory = path;
}

/** Throws Ajv's error when it is no schema. */
export function validatorOf(schema: object, mode: Mode): ValidateFunction {
  const known = made.get(schema) ?? {};
  known[mode] ??= directory ? kept(schema, mode, directory) : makerOf(mode).compile(schema);
  made.set(schema, known);
  return known[mode];
}

function kept(schema: object, mode: Mode, directory: string): ValidateFunction {
  const hash = createHash("sha256").update(JSON.stringify(schema)).digest("hex");
  const file = join(directory, `${mode}-${hash}.cjs`);
  const code = readIfThere(file);
  if (code !== undefined) return load(code, file);
  const ajv = makerOf(mode);
  const validate = ajv.compile(schema);
  try {
    mkdirSync(directory, { recursive: true });
    // Two runners may start at the same time; each sees a whole file.
    writeFileSync(`${file}.${process.pid}`, standalone.default(ajv, validate));
    renameSync(`${file}.${process.pid}`, file);
  } catch (error) {
    if (!CANNOT_WRITE.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  return validate;
}

const NOT_THERE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EACCES"]);
const CANNOT_WRITE: ReadonlySet<string> = new Set([
  "EACCES",
  "EROFS",
  "EPERM",
  "ENOSPC",
  "EDQUOT",
  "ENOTDIR",
]);

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (NOT_THERE.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

/** What the code of a validator may ask for. */
const RUNTIME: Readonly<Record<string, unknown>> = {
  "ajv/dist/runtime/equal": equal,
  "ajv/dist/runtime/ucs2length": ucs2length,
};

function load(code: string, filename: string): ValidateFunction {
  const script = new Script(`(function (module, require) {${code}\n})`, { filename });
  const module: { exports?: ValidateFunction } = {};
  script.runInThisContext()(module, (name: string) => RUNTIME[name]);
  return module.exports as ValidateFunction;
}
