// Templates: what the rest of the runner uses of them. Values are compiled when files are read and
// rendered when a task needs them; value.ts has the contract.

export { compileTemplate, compileValue, isTemplate, type Loader } from "./compile.ts";
export { type Condition, compileExpression, compileExpressionText } from "./condition.ts";
export { valueOfExample } from "./example.ts";
export { jsonOf } from "./filters/data.ts";
export type { Filter, Test } from "./filters/filter.ts";
export { allFilters, allTests } from "./filters/library.ts";
export { type LookupSources, lookupFunction } from "./lookup.ts";
export { truthy } from "./python/operators.ts";
export { expandReplacement, pythonRegex } from "./python/regex.ts";
export { layeredScope, lazyMapping, literal, renderWithFloats, scopeMapping, scopeWith } from "./scope.ts";
export type { TemplateSettings } from "./settings.ts";
export { type Scope, TemplateError, UndefinedVariable, type Value, type VariableUse } from "./value.ts";
