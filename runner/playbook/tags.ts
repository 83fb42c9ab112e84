// Which tasks --tags and --skip-tags choose, with Ansible's special tags: always, never, tagged, untagged, all.

export interface TagFilter {
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

export function chosenByTags(taskTags: readonly string[], { tags, skipTags }: TagFilter): boolean {
  return wanted(taskTags, tags) && !skipped(taskTags, skipTags);
}

function wanted(own: readonly string[], tags: readonly string[]): boolean {
  const named = own.some((tag) => tags.includes(tag));
  if (named) return true;
  if (own.includes("never")) return false;
  if (tags.length === 0 || tags.includes("all") || own.includes("always")) return true;
  return tags.includes(own.length > 0 ? "tagged" : "untagged");
}

function skipped(own: readonly string[], skipTags: readonly string[]): boolean {
  if (own.some((tag) => skipTags.includes(tag))) return true;
  if (skipTags.includes("all")) return !own.includes("always");
  return skipTags.includes(own.length > 0 ? "tagged" : "untagged");
}
