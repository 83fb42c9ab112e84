// A change of what a link leads to is also a change of what is known of the link.

import { foresee, type PathState, pathState } from "../../facts/index.ts";
import type { Change } from "../module.ts";
import { pathSubjects } from "./foresee.ts";

/** The change of a link's target, made by way of `path`, with what it means for the link. */
export function throughLink(change: Change, path: string, own: PathState): Change {
  if (own.type !== "link" || !own.leads || change.touches === "everything") return change;
  const { leads } = own;
  const next = change.after.find(({ fact }) => fact.key === pathState(leads.path).key);
  if (!next) return change;
  const link = { ...own, leads: { ...leads, state: next.answer as PathState } };
  return {
    ...change,
    touches: [...change.touches, ...pathSubjects(path)],
    after: [...change.after, foresee(pathState(path), link)],
  };
}
