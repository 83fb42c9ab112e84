// All filters and tests, by name. The documentation is printed from these lists.

import { collectionTests } from "../tests/collections.ts";
import { comparisonTests } from "../tests/comparisons.ts";
import { resultTests } from "../tests/results.ts";
import { typeTests } from "../tests/types.ts";
import { dataFilters } from "./data.ts";
import { dateFilters } from "./dates.ts";
import type { Filter, Test } from "./filter.ts";
import { itemFilters } from "./items.ts";
import { layoutFilters } from "./layout.ts";
import { listFilters } from "./lists.ts";
import { mappingFilters } from "./mappings.ts";
import { numberFilters } from "./numbers.ts";
import { passwordFilters } from "./passwords.ts";
import { pathFilters } from "./paths.ts";
import { randomFilters } from "./random.ts";
import { regexFilters } from "./regex.ts";
import { setFilters } from "./sets.ts";
import { textFilters } from "./texts.ts";
import { valueFilters } from "./values.ts";
import { yamlFilters } from "./yaml.ts";

export const allFilters: readonly Filter[] = [
  ...valueFilters,
  ...textFilters,
  ...passwordFilters,
  ...layoutFilters,
  ...regexFilters,
  ...numberFilters,
  ...randomFilters,
  ...dateFilters,
  ...listFilters,
  ...itemFilters,
  ...setFilters,
  ...mappingFilters,
  ...dataFilters,
  ...yamlFilters,
  ...pathFilters,
];

export const allTests: readonly Test[] = [
  ...typeTests,
  ...comparisonTests,
  ...collectionTests,
  ...resultTests,
];

export const filters: ReadonlyMap<string, Filter> = byName(allFilters);
export const tests: ReadonlyMap<string, Test> = byName(allTests);

function byName<T extends Filter | Test>(operations: readonly T[]): Map<string, T> {
  return new Map(
    operations.flatMap((each) => [each.name, ...(each.aliases ?? [])].map((name) => [name, each] as const)),
  );
}
