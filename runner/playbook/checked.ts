// What the checks of a loaded playbook look at.

import type { Host, Inventory } from "../inventory/inventory.ts";
import type { Problem } from "../source/problem.ts";
import type { Sources } from "../source/sources.ts";
import type { Layer } from "../variables/layer.ts";
import type { SecretVariables } from "../variables/secret-variables.ts";
import type { Play } from "./playbook.ts";

export interface Checked {
  readonly plays: readonly { readonly play: Play; readonly hosts: readonly Host[] }[];
  readonly inventory: Inventory;
  readonly extra: Layer;
  readonly sources: Sources;
  readonly secrets: SecretVariables;
  /** What is found is added here. */
  readonly problems: Problem[];
}
