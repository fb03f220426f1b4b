/**
 * Journal of a run: an append-only list of records, chained by hash. Folding the events through `step` reproduces the
 * run.
 */
import type { FileLines } from "../document/file-lines.ts";
import type { Plan } from "../plan/plan.ts";
import type { RunEvent } from "../run/event.ts";
import { begin, type Run } from "../run/run.ts";
import { step } from "../run/step.ts";
import { heldViolations } from "./held-invariant.ts";

/** The first entry: all input that the fold starts from. Secrets are already redacted by value. */
export interface RunCreated {
  readonly plan: Plan;
  readonly file: string | null;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The experiment in file form, redacted. */
  readonly source: unknown;
  /** Lines of `file`; absent: the starting client did not have the file's text. */
  readonly lines?: FileLines;
  /** True: the run ends with its last follower; absent: the run goes on without followers. */
  readonly attached?: true;
}
export type Entry =
  | { readonly kind: "created"; readonly created: RunCreated }
  | { readonly kind: "event"; readonly event: RunEvent }
  /** The last record: the number of records before it, and the hash of the record just before. */
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

/**
 * Genesis hash: 64 zeros, to which the first record is chained. `chainText` is the text whose SHA-256 (hex) is a
 * record's hash.
 */
export const GENESIS = "0".repeat(64);
export const chainText = (previous: string, { sequence, wallMs, entry }: Omit<JournalRecord, "hash">): string =>
  `${previous}\n${JSON.stringify([sequence, wallMs, entry])}`;
/**
 * Run folded from the records; null: there is no `created` record yet. Folding may continue with `step` from the
 * returned run.
 */
export const foldJournal = (records: readonly JournalRecord[]): Run | null =>
  records.reduce<Run | null>((run, { entry }) => {
    if (entry.kind === "created") return begin(entry.created.plan);
    return run === null || entry.kind === "closed" ? run : step(run, entry.event)[0];
  }, null);

/** Every defect of a journal, a sentence each; `digest`: SHA-256 of a text, as hex. */
export const checkJournal = (
  records: readonly JournalRecord[],
  digest: (text: string) => string,
): readonly string[] => {
  const [first, ...rest] = records;
  if (first === undefined) return ["the journal is empty, expected a `created` record first"];
  if (first.entry.kind !== "created") return [`record 1 is \`${first.entry.kind}\`, expected \`created\``];
  const events = rest.flatMap(({ entry }) => (entry.kind === "event" ? [entry.event] : []));
  return [
    ...chainProblems(records, digest),
    ...orderProblems(records),
    ...closingProblems(records),
    ...heldViolations(first.entry.created.plan, events),
  ];
};

const chainProblems = (records: readonly JournalRecord[], digest: (text: string) => string): readonly string[] =>
  records.flatMap((record, i) => {
    const { sequence, hash } = record;
    const gap = sequence === i + 1 ? [] : [`record ${i + 1} has the number ${sequence}`];
    const expected = digest(chainText(records[i - 1]?.hash ?? GENESIS, record));
    return hash === expected ? gap : [...gap, `record ${i + 1} has the hash ${hash}, expected ${expected}`];
  });

const orderProblems = (records: readonly JournalRecord[]): readonly string[] => {
  let lastMs = 0;
  return records.flatMap(({ sequence, entry }) => {
    if (entry.kind === "created") return sequence === 1 ? [] : [`record ${sequence} is a second \`created\``];
    if (entry.kind === "closed") return [];
    const { atMs, type } = entry.event;
    const early = !(atMs >= lastMs);
    const problem = `record ${sequence} (${type}) is at ${atMs} ms, before its predecessor's ${lastMs} ms`;
    lastMs = early ? lastMs : atMs;
    return early ? [problem] : [];
  });
};

const closingProblems = (records: readonly JournalRecord[]): readonly string[] =>
  records.flatMap(({ sequence, entry }, i) => {
    if (entry.kind !== "closed") return [];
    const state = foldJournal(records)?.at;
    return [
      ...(i === records.length - 1 ? [] : [`record ${sequence} closes the journal, but is not the last`]),
      ...(entry.count === i ? [] : [`the closing record counts ${entry.count} records before it, there are ${i}`]),
      ...(entry.head === records[i - 1]?.hash ? [] : ["the closing record names another hash than its predecessor's"]),
      ...(state === "finished" ? [] : [`the journal is closed, but its run is ${state}`]),
    ];
  });
