/** The text of an editor, kept in this tab while it differs from what is stored. */
import { useEffect, useState } from "react";
import { type Draft, keepDraft, readDraft } from "./text/draft.ts";

export interface Drafting {
  /** As it stands in the editor. */
  readonly text: string;
  /** Digest of the stored version that it was made from; null: of none. */
  readonly base: string | null;
  readonly isChanged: boolean;
  /** False: the browser keeps nothing, and a reload would lose it. */
  readonly isKept: boolean;
  change(text: string): void;
  /** It is the same as what is stored now. */
  settle(text: string, base: string | null): void;
}
/** `name`: of the experiment; null: a new one. `stored`: what there is to begin with. */
export const useDraft = (name: string | null, stored: Draft): Drafting => {
  const [clean, setClean] = useState(stored.text);
  const [draft, setDraft] = useState(() => readDraft(name) ?? stored);
  const [isKept, setKept] = useState(true);
  const isChanged = draft.text !== clean;
  // A reload keeps it, and a closed tab does not: the browser asks.
  useEffect(() => {
    if (!isChanged) return;
    const guard = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", guard);
    return () => window.removeEventListener("beforeunload", guard);
  }, [isChanged]);
  const change = (text: string) => {
    const next = { ...draft, text };
    setDraft(next);
    setKept(keepDraft(name, text === clean ? null : next));
  };
  const settle = (text: string, base: string | null) => {
    keepDraft(name, null);
    setClean(text);
    setDraft({ text, base });
  };
  return { ...draft, isChanged, isKept, change, settle };
};
