/** What somebody writes and has not saved: kept in this tab, so that a reload or another page does not cost it. */

export interface Draft {
  readonly text: string;
  /** Digest of the stored version that it was made from; null: of none. */
  readonly base: string | null;
}
/** What is left of a storage when nothing is allowed to be kept. */
type Keep = Pick<Storage, "getItem" | "setItem" | "removeItem">;
const keyOf = (name: string | null): string => `squall-draft:${name ?? ""}`;

const isDraft = (value: unknown): value is Draft => {
  const { text, base } = (value ?? {}) as Partial<Record<keyof Draft, unknown>>;
  return typeof text === "string" && (base === null || typeof base === "string");
};

/** null: there is none, or what is there is none of ours. `name`: of the experiment; null: a new one. */
export const readDraft = (name: string | null, keep: Keep = sessionStorage): Draft | null => {
  try {
    const value: unknown = JSON.parse(keep.getItem(keyOf(name)) ?? "null");
    return isDraft(value) ? value : null;
  } catch {
    return null;
  }
};
/** null: there is nothing to keep. False: it could not be kept. */
export const keepDraft = (name: string | null, draft: Draft | null, keep: Keep = sessionStorage): boolean => {
  try {
    if (draft === null) keep.removeItem(keyOf(name));
    else keep.setItem(keyOf(name), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
};
