// Patterns of file names for `exclude`: * and ? stay within one name, ** goes over directories.

/** Whether a relative path, or a directory that it lies in, matches one of the patterns. */
export function matchesAny(patterns: readonly string[], path: string): boolean {
  const parts = path.split("/");
  return patterns.some((pattern) =>
    parts.some((name, index) => {
      const wanted = pattern.replace(/\/$/, "");
      return wanted.includes("/")
        ? toRegExp(wanted.replace(/^\//, "")).test(parts.slice(0, index + 1).join("/"))
        : toRegExp(wanted).test(name);
    }),
  );
}

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|[*?]|[\\^$.+()[\]{}|]/g, (sign) => {
    if (sign === "**/") return "(?:.*/)?";
    if (sign === "**") return ".*";
    if (sign === "*") return "[^/]*";
    return sign === "?" ? "[^/]" : `\\${sign}`;
  });
  return new RegExp(`^${source}$`, "su");
}
