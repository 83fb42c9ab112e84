// One spelling for each path, so that two tasks that mean one file ask one question. Only what is the
// same for every file system: ".." stays, since what it means depends on links.

export function cleanPath(path: string): string {
  const clean = path
    .replace(/\/+(\.\/+)*/g, "/")
    .replace(/\/\.$/, "")
    .replace(/(.)\/$/, "$1");
  return clean === "" && path !== "" ? "/" : clean;
}

export function parentOf(path: string): string {
  const clean = cleanPath(path);
  const at = clean.lastIndexOf("/");
  return at <= 0 ? "/" : clean.slice(0, at);
}

export function baseName(path: string): string {
  const clean = cleanPath(path);
  return clean.slice(clean.lastIndexOf("/") + 1);
}

export function joinPath(directory: string, name: string): string {
  return cleanPath(name.startsWith("/") ? name : `${directory}/${name}`);
}

/** The directories above a path, from the nearest to "/". */
export function ancestorsOf(path: string): string[] {
  const parent = parentOf(path);
  return parent === "/" ? ["/"] : [parent, ...ancestorsOf(parent)];
}
