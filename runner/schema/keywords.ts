// The keywords of plays, roles and tasks as JSON Schemas. The lists of keyword names (playbook/keywords.ts) are the
// types here, so that the compiler finds one that is missing.

import type {
  BLOCK_KEYWORDS,
  HANDLER_KEYWORDS,
  INHERITED,
  PLAY_KEYWORDS,
  TASK_KEYWORDS,
} from "../playbook/keywords.ts";
import type { Schema } from "../source/schema.ts";
import {
  CONDITION,
  described,
  FLAG,
  listOf,
  MAPPING,
  NAME,
  NUMBER,
  oneOrMore,
  TEMPLATE,
  TEXT,
} from "./words.ts";

type Schemas<Keywords extends readonly string[]> = Readonly<Record<Keywords[number], Schema>>;

export const STEPS: Schema = { $ref: "#/definitions/steps" };
export const HANDLERS: Schema = { $ref: "#/definitions/handlers" };

const whole: Schema = { type: ["integer", "string"], pattern: "^[0-9]+%?$" };

const inherited: Schemas<typeof INHERITED> = {
  when: described(CONDITION, "An expression, or a list of them, all of which must hold."),
  tags: described(oneOrMore({ type: ["string", "number"] }), "By these --tags and --skip-tags choose."),
  become: described(FLAG, "Become another user by sudo."),
  become_user: described({ type: "string" }, "The user to become, root by default."),
  environment: described(
    { anyOf: [{ type: "object" }, listOf({}), TEMPLATE] },
    "Variables of the programs' environment.",
  ),
  ignore_errors: described(FLAG, "The host goes on when this fails."),
  no_log: described(FLAG, "Values and results are never shown."),
  check_mode: described(FLAG, "true: only foresee, in a run too; false: do it, in check mode too."),
  diff: described(FLAG, "Whether --diff shows anything."),
  run_once: described(FLAG, "The first host does it; its result is that of all."),
  delegate_to: described({ type: "string" }, "The host that it runs on instead."),
  delegate_facts: described(FLAG, "Facts are those of the host that it is delegated to."),
  throttle: described(whole, "So many hosts do it at the same time."),
  timeout: described(whole, "Seconds that it may take."),
  ignore_unreachable: described(FLAG, "The host stays in the play although it cannot be reached now."),
  any_errors_fatal: described(FLAG, "A failure on one host ends the play on all."),
  module_defaults: described({ type: "object" }, "Parameters of modules, where a task does not give them."),
  become_method: described({ enum: ["sudo"] }, "How to become another user: by sudo."),
  vars: described(MAPPING, "Variables by name."),
};

const name = described(TEXT, "What people are shown.");

const task: Schemas<typeof TASK_KEYWORDS> = {
  ...inherited,
  name,
  loop: described({ anyOf: [listOf({}), TEMPLATE] }, "Do it for each item of a list."),
  with_items: described({}, "As loop; lists inside the list are flattened by one level."),
  loop_control: described(
    {
      type: "object",
      properties: {
        loop_var: described(NAME, "The name of the item, in place of item."),
        index_var: described(NAME, "The name of the item's number, from 0."),
        label: described({}, "What of an item is shown."),
        pause: described({ type: ["number", "string"] }, "Seconds between two items."),
        extended: described({ type: "boolean" }, "ansible_loop tells where an item stands among the others."),
        extended_allitems: described({ type: "boolean" }, "Whether ansible_loop has all items, too."),
      },
      additionalProperties: false,
    },
    "Names and labels of a loop.",
  ),
  register: described(NAME, "The variable that gets the result."),
  notify: described(oneOrMore({ type: "string" }), "Handlers to run later if this changes something."),
  changed_when: described(CONDITION, "When the task counts as one that has changed something."),
  failed_when: described(CONDITION, "When the task counts as failed."),
  until: described(CONDITION, "Try again until this holds."),
  retries: described(NUMBER, "How many more times, 3 by default."),
  delay: described(NUMBER, "Seconds between two tries, 5 by default."),
  args: described({ type: "object" }, "Parameters beside those of the module."),
};

const handler: Schemas<typeof HANDLER_KEYWORDS> = {
  ...task,
  listen: described(oneOrMore({ type: "string" }), "Topics that notify this handler, beside its name."),
};

const block: Schemas<typeof BLOCK_KEYWORDS> = {
  ...inherited,
  name,
  block: described(STEPS, "Tasks that belong together."),
  rescue: described(STEPS, "What is done when one of them fails."),
  always: described(STEPS, "What is done in each case."),
};

const { when: _, ...ofPlays } = inherited;

const play: Schemas<typeof PLAY_KEYWORDS> = {
  ...ofPlays,
  name,
  hosts: described(oneOrMore({ type: "string" }), "Names, groups, patterns: a,b:!c:&d."),
  gather_facts: described(FLAG, "Whether facts are gathered first; true by default."),
  serial: described(
    oneOrMore(whole),
    "How many hosts run the play together: a number, N%, or a list of these.",
  ),
  max_fail_percentage: described({ type: "number" }, "More failed hosts than this end the play."),
  force_handlers: described({ type: "boolean" }, "Handlers run on a host that has failed, too."),
  on_failure: described(
    { enum: ["leave", "restore"] },
    "restore: what the play has changed on a host is put back when it fails there.",
  ),
  vars_files: described(
    oneOrMore(oneOrMore({ type: "string" })),
    "Files of variables; of a list within the list the first that is there.",
  ),
  roles: described(listOf({ $ref: "#/definitions/role" }), "Roles, in order."),
  pre_tasks: described(STEPS, "Tasks before the roles."),
  tasks: described(STEPS, "Tasks after the roles."),
  post_tasks: described(STEPS, "Tasks after all others."),
  handlers: described(HANDLERS, "What tasks notify."),
};

export const KEYWORDS = { inherited, task, handler, block, play };
