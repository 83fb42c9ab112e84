// The files that a run reads on its own machine: each is read and parsed once, and its text is kept for
// the excerpts of problems.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isAbsolute, relative } from "node:path";
import { Secrets } from "../secrets/secrets.ts";
import { isEncrypted, Vault } from "../secrets/vault.ts";
import { type Place, type Problem, Problems } from "./problem.ts";
import { parseYaml, readSource, type Source, type SourceNode } from "./yaml.ts";

/** Bytes that a command of lookup('pipe') may print. */
const MAX_OUTPUT = 16 * 1024 * 1024;

interface Parsed {
  readonly node: SourceNode | undefined;
  readonly found: readonly Problem[];
}

export class Sources {
  private readonly byPath = new Map<string, Source>();
  private readonly byName = new Map<string, Source>();
  private readonly outputs = new Map<string, string>();
  private readonly parsed = new Map<string, Parsed>();
  private readonly directory: string;
  private readonly vault: Vault;

  /** Names are shown relative to `directory`, the one that the runner was started in. */
  constructor(directory: string, vault = new Vault(new Secrets())) {
    this.directory = directory;
    this.vault = vault;
  }

  shownAs(path: string): string {
    const near = relative(this.directory, path);
    return near === "" || near.startsWith("..") || isAbsolute(near) ? path : near;
  }

  /** The start of a file, for problems that concern all of it. */
  startOf(path: string): Place {
    return { file: this.shownAs(path), line: 1, column: 1 };
  }

  /** The text of a file, decrypted if need be. Throws what the file system says, and Problems. */
  read(path: string): Source {
    const source = this.load(path);
    if (source.encrypted) this.vault.secrets.add(source.text);
    return source;
  }

  /** What a file holds, decrypted if need be; all that was encrypted is secret. Throws Problems. */
  decrypt(path: string, bytes: Uint8Array): Uint8Array {
    const start = Buffer.from(bytes.subarray(0, 64)).toString("latin1");
    if (!isEncrypted(start)) return bytes;
    const content = this.open(path, Buffer.from(bytes).toString("latin1"));
    this.vault.secrets.add(content.toString("utf8"));
    return content;
  }

  /** Undefined for an empty file and for one with problems, which are told once. */
  parse(path: string, problems: Problem[]): SourceNode | undefined {
    return this.parsed.has(path) ? this.parsed.get(path)?.node : this.parseAgain(path, problems);
  }

  /** The same, but problems are told each time. */
  parseAgain(path: string, problems: Problem[]): SourceNode | undefined {
    const { node, found } = this.parsed.get(path) ?? this.parseFirst(path);
    problems.push(...found);
    return node;
  }

  /** What a file holds that may be of no concern: nothing where it cannot be read. */
  peek(path: string): SourceNode | undefined {
    try {
      return this.parsed.get(path)?.node ?? parseYaml(this.load(path), [], this.vault);
    } catch {
      return undefined;
    }
  }

  private parseFirst(path: string): Parsed {
    let parsed: Parsed;
    try {
      const source = this.load(path);
      const found: Problem[] = [];
      const node = parseYaml(source, found, this.vault);
      if (source.encrypted) this.vault.secrets.add(node?.value);
      parsed = { node, found: source.encrypted ? found.map(withoutText) : found };
    } catch (error) {
      parsed = { node: undefined, found: unreadableFile(this.shownAs(path), error) };
    }
    this.parsed.set(path, parsed);
    return parsed;
  }

  /** What a command prints on this machine, asked once in a run. Throws a sentence when it fails. */
  outputOf(command: string, directory: string): string {
    const known = this.outputs.get(command);
    if (known !== undefined) return known;
    const options = { cwd: directory, encoding: "utf8", maxBuffer: MAX_OUTPUT } as const;
    const { status, signal, stdout, stderr, error } = spawnSync("/bin/sh", ["-c", command], options);
    if (status !== 0) {
      const how = error?.message ?? (signal ? `signal ${signal}` : `exit status ${status}`);
      throw new Error(`the command "${command}" failed: ${stderr?.trim() || how}`);
    }
    const output = stdout.trimEnd();
    this.outputs.set(command, output);
    return output;
  }

  textOf(file: string): string | undefined {
    return this.byName.get(file)?.text;
  }

  /** A text that is no file of ours, such as an option: for excerpts. */
  remember(source: Source): void {
    this.byName.set(source.file, source);
  }

  private load(path: string): Source {
    const known = this.byPath.get(path);
    if (known) return known;
    const source = readSource(path, this.shownAs(path));
    // A decrypted text is nothing to quote from.
    const loaded = isEncrypted(source.text)
      ? { file: source.file, text: this.open(path, source.text).toString("utf8"), encrypted: true }
      : source;
    this.byPath.set(path, loaded);
    if (loaded === source) this.byName.set(source.file, source);
    return loaded;
  }

  private open(path: string, encrypted: string): Buffer {
    const opened = this.vault.open(encrypted);
    if (opened.bytes !== undefined) return opened.bytes;
    const { problem, hint } = opened;
    throw new Problems([{ code: "vault", message: problem, hint, at: this.startOf(path) }]);
  }
}

/** A mistake in an encrypted file, without a word of what stands there. */
function withoutText({ code, at }: Problem): Problem {
  const message = "what was decrypted cannot be read as YAML here";
  const hint = "see it by ansible-vault view; the line is that of the decrypted text";
  return { code, message, hint, ...(at && { at }) };
}

/** The first of some paths that exists: `*.yml` and `*.yaml` are the same. */
export function firstExisting(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

export function unreadableFile(shown: string, error: unknown): readonly Problem[] {
  if (error instanceof Problems) return error.list;
  return [{ code: "unreadable-file", message: unreadable(shown, error) }];
}

export function unreadable(shown: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return `${shown}: there is no such file`;
  if (code === "EISDIR") return `${shown} is a directory; a file is expected`;
  if (code === "EACCES") return `${shown} may not be read`;
  return `${shown} cannot be read: ${(error as Error).message}`;
}
