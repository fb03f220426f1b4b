/** Text of an editor, kept in this tab while different from the stored version. */
import { useState } from "react";
import { useUnloadGuard } from "../ui/use-unload-guard.ts";
import { type Draft, keepDraft, readDraft } from "./text/draft.ts";

export interface Drafting {
  /** Current text of the editor. */
  readonly text: string;
  /** Digest of the stored version that the draft was made from; null: made from no version. */
  readonly base: string | null;
  readonly isChanged: boolean;
  /** False: the browser's storage failed, and a reload would lose the text. */
  readonly isKept: boolean;
  change(text: string): void;
  /** Declares `text` equal to the stored version, and discards the draft. */
  settle(text: string, base: string | null): void;
}
/** Draft of an experiment. `name`: the experiment; null: a new experiment. `stored`: the initial text. */
export const useDraft = (name: string | null, stored: Draft): Drafting => {
  const [clean, setClean] = useState(stored.text);
  const [draft, setDraft] = useState(() => readDraft(name) ?? stored);
  const [isKept, setKept] = useState(true);
  const isChanged = draft.text !== clean;
  // A reload keeps the draft, but a closed tab loses the draft.
  useUnloadGuard(isChanged);
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
