/** Differences between two documents, for a dry run and for the comparison of two versions. */
import type { DocumentPath } from "./issue.ts";

/** Change at a path. Absent `before`: the value is new; absent `after`: the value is gone. */
export interface DocumentChange {
  readonly path: DocumentPath;
  readonly before?: unknown;
  readonly after?: unknown;
}
/** Limit for two documents with nearly no common part; no reader reads more changes. */
export const MOST_CHANGES = 500;

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
const has = (value: unknown, key: string) => isBranch(value) && Object.hasOwn(value, key);

function* differences(before: unknown, after: unknown, path: DocumentPath): Generator<DocumentChange> {
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    if (before !== after) yield { path, before, after };
    return;
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of keys) {
    const below = [...path, Array.isArray(after) ? Number(key) : key];
    if (!has(after, key)) yield { path: below, before: before[key] };
    else if (!has(before, key)) yield { path: below, after: after[key] };
    else yield* differences(before[key], after[key], below);
  }
}
/** In the order of the keys; lists are compared place by place. */
export const diffDocuments = (before: unknown, after: unknown): readonly DocumentChange[] => {
  const changes: DocumentChange[] = [];
  for (const change of differences(before, after, [])) {
    if (changes.length === MOST_CHANGES) break;
    changes.push(change);
  }
  return changes;
};
