/** Unsaved text of the user, kept in this tab's storage so that a reload or another page does not lose the text. */

export interface Draft {
  readonly text: string;
  /** Digest of the stored version that the draft was made from; null: made from no version. */
  readonly base: string | null;
}
/** Storage functions that drafts need. */
type Keep = Pick<Storage, "getItem" | "setItem" | "removeItem">;
const keyOf = (name: string | null): string => `squall-draft:${name ?? ""}`;

const isDraft = (value: unknown): value is Draft => {
  const { text, base } = (value ?? {}) as Partial<Record<keyof Draft, unknown>>;
  return typeof text === "string" && (base === null || typeof base === "string");
};

/**
 * Draft of an experiment; null: no draft, or the entry has another format. `name`: the experiment; null: a new
 * experiment.
 */
export const readDraft = (name: string | null, keep: Keep = sessionStorage): Draft | null => {
  try {
    const value: unknown = JSON.parse(keep.getItem(keyOf(name)) ?? "null");
    return isDraft(value) ? value : null;
  } catch {
    return null;
  }
};
/** Stores a draft; null removes the stored draft. False: the browser's storage failed. */
export const keepDraft = (name: string | null, draft: Draft | null, keep: Keep = sessionStorage): boolean => {
  try {
    if (draft === null) keep.removeItem(keyOf(name));
    else keep.setItem(keyOf(name), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
};
