/** The journal of a run: an append-only list of records, chained by hash. Folding its events through `step` gives the run again. */
import type { Plan } from "./plan.ts";
import type { RunEvent } from "./run/event.ts";

/** The first entry: everything the fold starts from. Secrets are already redacted by value. */
export interface Created {
  readonly plan: Plan;
  readonly file: string | null;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The experiment in file form, redacted. */
  readonly source: unknown;
}
export type Entry =
  | { readonly kind: "created"; readonly created: Created }
  | { readonly kind: "event"; readonly event: RunEvent }
  /** The last record: how many there are before it, and the hash of the last of them. */
  | { readonly kind: "closed"; readonly count: number; readonly head: string };
export interface JournalRecord {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Unix ms; shown to people, never used to decide. */
  readonly wallMs: number;
  readonly entry: Entry;
  /** SHA-256, hex, over the previous hash and this record; the first is chained to 64 zeros. */
  readonly hash: string;
}
