// Finds the name that was probably meant.

import { closest, distance } from "fastest-levenshtein";

/** A hint such as `did you mean "mode"?`, or nothing when no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const names = [...known].filter((each) => each !== name);
  if (names.length === 0) return undefined;
  const swapped = names.find((each) => isSwapped(name, each));
  const nearest = swapped ?? closest(name, names);
  const allowed = Math.ceil(Math.max(name.length, nearest.length) / 3);
  return swapped !== undefined || distance(name, nearest) <= allowed
    ? `did you mean "${nearest}"?`
    : undefined;
}

/** Two neighbours have changed places, which is two edits but one slip of the fingers. */
function isSwapped(name: string, other: string): boolean {
  if (name.length !== other.length) return false;
  const first = [...name].findIndex((_, index) => name[index] !== other[index]);
  const swapped = `${name.slice(0, first)}${name[first + 1]}${name[first]}${name.slice(first + 2)}`;
  return first >= 0 && swapped === other;
}
