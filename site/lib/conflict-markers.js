// A merge that nobody has finished must not reach visitors: such sources are refused, with file and line.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const TEXT = /\.(md|njk|html|css|js|json|svg|txt|ya?ml)$/;
/** Not the row of equals signs between the two: in markdown that underlines a heading. */
const MARKER = /^(<{7}|>{7})( |$)/;

export function refuseConflictMarkers(directory) {
  const found = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name))
    .flatMap((file) =>
      readFileSync(file, "utf8")
        .split(/\r?\n/)
        .flatMap((line, index) => (MARKER.test(line) ? [`${file}:${index + 1}`] : [])),
    );
  if (found.length > 0) throw new Error(`markers of an unfinished merge: ${found.join(", ")}`);
}
