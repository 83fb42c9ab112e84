// Results hold what is known, and nothing that is undefined.

export function defined(result: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}
