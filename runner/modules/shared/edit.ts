// Edits the text of a file that is on the host: what lineinfile and blockinfile share.

import { type Fact, fileContent, identity, parentOf, type State } from "../../facts/index.ts";
import type { Change, ModuleContext, Plan, Result } from "../module.ts";
import type { AttributeWish } from "./attributes.ts";
import { chainFacts, makeDirectories } from "./directory.ts";
import { fileFacts, planFile } from "./file-content.ts";
import { foreseen } from "./foresee.ts";
import type { Edited } from "./lines.ts";
import { mayChangePlan } from "./may-change.ts";

export interface EditWish extends AttributeWish {
  readonly path: string;
  /** Make the file where it is missing, with its directory. */
  readonly create: boolean;
  /** A missing file is made even when nothing comes into it. */
  readonly makesEmpty?: boolean;
  /** What is said when it was missing. */
  readonly createdMessage: string;
  /** A missing file is as good as one without what is to be removed. */
  readonly keepMissing: boolean;
  readonly validate?: string | undefined;
  readonly backup?: boolean;
  /** What the result calls it. */
  readonly backupAs?: "backup";
  /** What else its result always has. */
  readonly result?: Result;
  /** Undefined: nothing to do. Throws when the wish makes no sense. */
  readonly edit: (text: string) => Edited | undefined;
}

type Told = Pick<Edited, "message" | "found">;

export function editFacts(path: string, context: ModuleContext): Fact<unknown>[] {
  return [...fileFacts(path, context), ...chainFacts(parentOf(path)), fileContent(path)];
}

export function editedFile(wish: EditWish, state: State, context: ModuleContext): Plan {
  const { path, owner, group, mode, validate, backup, backupAs, result } = wish;
  const fact = fileContent(path);
  const content = state.get(fact);
  const attributes = { owner, group, mode };
  const put = (bytes: Uint8Array, { message, found }: Told, made: readonly Change[] = []): Plan => {
    const done = planFile(
      { path, content: bytes, validate, backup, backupAs, follow: true, ...attributes },
      foreseen(state, made),
      context,
    );
    return done.kind === "fail"
      ? done
      : {
          ...done,
          changes: [...made, ...done.changes],
          result: { path, ...result, msg: message, ...(found === undefined ? {} : { found }) },
        };
  };
  switch (content.type) {
    case "large":
      return { kind: "fail", message: `${path} is too long to be edited` };
    case "denied":
      return { kind: "fail", message: `${path} may not be read (is become: true missing?)` };
    case "other":
      return { kind: "fail", message: `${path} is no regular file` };
    case "absent": {
      if (wish.create && !wish.keepMissing) {
        const edited = wish.edit("");
        if (!edited && !wish.makesEmpty)
          return { kind: "changes", changes: [], result: { path, ...result, msg: "" } };
        const made = makeDirectories({ path: parentOf(path) }, state, state.get(identity()));
        return put(encodeLike("utf8", edited?.text ?? ""), { message: wish.createdMessage }, made);
      }
      if (!state.certain(fact)) return mayChangePlan(`edit ${path}`, [{ kind: "path", path }]);
      if (wish.keepMissing)
        return { kind: "changes", changes: [], result: { path, ...result, msg: "file not present" } };
      return { kind: "fail", message: `${path} does not exist`, result: { rc: 257, path } };
    }
    case "content": {
      const encoding = isUtf8(content.bytes) ? "utf8" : "latin1";
      const edited = wish.edit(Buffer.from(content.bytes).toString(encoding));
      return put(edited ? encodeLike(encoding, edited.text) : content.bytes, edited ?? { message: "" });
    }
  }
}

/** Other bytes than UTF-8 pass through as they are. */
function isUtf8(bytes: Uint8Array): boolean {
  return Buffer.from(Buffer.from(bytes).toString("utf8"), "utf8").equals(bytes);
}

function encodeLike(encoding: "utf8" | "latin1", text: string): Uint8Array {
  return encoding === "utf8"
    ? Buffer.from(text, "utf8")
    : Buffer.concat([...text].map((char) => Buffer.from(char, char.charCodeAt(0) < 256 ? "latin1" : "utf8")));
}
