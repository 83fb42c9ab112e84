// Finds the name that was probably meant.

import { closest, distance } from "fastest-levenshtein";

/** A hint such as `did you mean "mode"?`, or nothing when no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const names = [...known].filter((each) => each !== name);
  if (names.length === 0) return undefined;
  const nearest = closest(name, names);
  const allowed = Math.ceil(Math.max(name.length, nearest.length) / 3);
  return distance(name, nearest) <= allowed ? `did you mean "${nearest}"?` : undefined;
}
