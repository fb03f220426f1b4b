/** Fields of the schedule form, and the Schedule document from these fields. Pure. */

import type { DocumentPath, Issue } from "../../../experiments/model/document/issue.ts";
import {
  DEFAULT_NAMESPACE,
  nameInMetadata,
  splitDocumentName,
} from "../../../experiments/model/notation/document-name.ts";
import type { RunMode } from "../../../experiments/model/plan/plan.ts";
import { parseSchedule } from "../../../experiments/model/read/schedule.ts";
import type { Schedule } from "../../../experiments/model/schedule/schedule.ts";
import type { Verdict } from "../../../experiments/model/verdict/verdict.ts";
import type { Content } from "../../save/use-saving.ts";

export type ReactionKind = "continue" | "pause" | "halt-all" | "retry";
export interface Reaction {
  readonly deed: ReactionKind;
  /** Number and wait as typed; used for `retry` only. */
  readonly times: string;
  readonly wait: string;
}
/** Verdicts with a reaction: a HELD run lets the schedule continue, and an INVALID run never started. */
export const REACTING = ["BROKEN", "INCONCLUSIVE", "HALTED", "RESIDUE"] as const satisfies Verdict[];
export type ReactionFields = (typeof REACTING)[number];

/** Form fields as typed. */
export interface Fields {
  /** Qualified name: `nightly`, or `shop/nightly`. */
  readonly name: string;
  readonly experiment: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly jitter: string;
  readonly mode: RunMode;
  /** `experiment`, `fresh` or a number. */
  readonly seed: string;
  readonly concurrency: "forbid" | "queue";
  readonly after: Readonly<Record<ReactionFields, Reaction>>;
}
const RETRY = { times: "2", wait: "10m" };
const plainly = (deed: ReactionKind): Reaction => ({ deed, ...RETRY });
/** Default reactions where the document has none. */
const UNSAID: Readonly<Record<ReactionFields, ReactionKind>> = {
  ...{ BROKEN: "continue", INCONCLUSIVE: "continue", HALTED: "continue", RESIDUE: "pause" },
};
export const UNWRITTEN: Fields = {
  ...{ name: "", experiment: "", cron: "15 10 * * 1-4", timeZone: "UTC", jitter: "0s" },
  ...{ mode: "full", seed: "experiment", concurrency: "forbid" },
  after: {
    BROKEN: plainly("pause"),
    INCONCLUSIVE: plainly("continue"),
    HALTED: plainly("continue"),
    RESIDUE: plainly("pause"),
  },
};

type Words = Readonly<Record<string, unknown>>;
const wordsOf = (value: unknown): Words => (typeof value === "object" && value !== null ? (value as Words) : {});
const textOf = (value: unknown, otherwise: string): string => (value === undefined ? otherwise : String(value));
const reactionOf = (value: unknown, unsaid: ReactionKind): Reaction => {
  if (typeof value === "string") return plainly(value as ReactionKind);
  const { retry, wait } = wordsOf(value);
  if (retry === undefined) return plainly(unsaid);
  return { deed: "retry", times: String(retry), wait: textOf(wait, RETRY.wait) };
};

/** Form fields of a stored document. */
export const fieldsOf = ({ metadata, spec: written }: Content): Fields => {
  const spec = wordsOf(written);
  const after = wordsOf(spec.after);
  return {
    name: nameInMetadata(metadata),
    experiment: textOf(spec.experiment, ""),
    cron: textOf(spec.cron, ""),
    timeZone: textOf(spec.timeZone, "UTC"),
    jitter: textOf(spec.jitter, "0s"),
    mode: textOf(spec.mode, "full") as RunMode,
    seed: textOf(spec.seed, "experiment"),
    concurrency: textOf(spec.concurrency, "forbid") as Fields["concurrency"],
    after: Object.fromEntries(
      REACTING.map((verdict) => [verdict, reactionOf(after[verdict], UNSAID[verdict])]),
    ) as unknown as Fields["after"],
  };
};

const numberIn = (text: string): string | number => (/^\d+$/.test(text.trim()) ? Number(text) : text.trim());
const writtenReaction = ({ deed, times, wait }: Reaction): unknown =>
  deed === "retry" ? { retry: numberIn(times), wait: wait.trim() } : deed;
/** Reactions that differ from the defaults. */
const afterOf = (fields: Fields, before: Words): Words => {
  const own = REACTING.filter((verdict) => fields.after[verdict].deed !== UNSAID[verdict]);
  const others = Object.entries(before).filter(([verdict]) => !(REACTING as readonly string[]).includes(verdict));
  return Object.fromEntries([...others, ...own.map((verdict) => [verdict, writtenReaction(fields.after[verdict])])]);
};
const DEFAULTS: Words = {
  ...{ timeZone: "UTC", jitter: "0s", mode: "full", seed: "experiment", concurrency: "forbid" },
};
/** Metadata with the parts of the typed name; a namespace is written where the name has one. */
const metadataOf = (typed: string, before: Content | null): Content["metadata"] => {
  const { namespace, name } = splitDocumentName(typed);
  // The order of the keys stays, and so does a stored `namespace: default`: without a change there is no new version.
  if (namespace !== DEFAULT_NAMESPACE || before?.metadata.namespace === DEFAULT_NAMESPACE)
    return { ...before?.metadata, name, namespace };
  const { namespace: _, ...kept } = before?.metadata ?? {};
  return { ...kept, name };
};
/** Document from the form. `before`: the stored document, whose other fields stay; null: a new schedule. */
export const documentOf = (fields: Fields, before: Content | null): Content => {
  const old = wordsOf(before?.spec);
  const { name, after: _, ...rest } = fields;
  const written: Words = {
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, value.trim()])),
    seed: numberIn(fields.seed),
  };
  const after = afterOf(fields, wordsOf(old.after));
  const isSaid = ([key, value]: readonly [string, unknown]) => key in old || DEFAULTS[key] !== value;
  const { after: __, ...kept } = old;
  return {
    apiVersion: "squall.dev/v1",
    kind: "Schedule",
    metadata: metadataOf(name.trim(), before),
    spec: {
      ...kept,
      ...Object.fromEntries(Object.entries(written).filter(isSaid)),
      ...(Object.keys(after).length > 0 ? { after } : {}),
    },
  };
};

/** Form field of each document path. */
const PLACES: Readonly<Record<string, string>> = {
  "metadata.name": "name",
  "metadata.namespace": "name",
  ...Object.fromEntries(
    ["experiment", "cron", "timeZone", "jitter", "mode", "seed", "concurrency"].map((key) => [`spec.${key}`, key]),
  ),
  ...Object.fromEntries(REACTING.map((verdict) => [`spec.after.${verdict}`, verdict])),
};
const placeOf = (path: DocumentPath): string => PLACES[path.slice(0, path[1] === "after" ? 3 : 2).join(".")] ?? "";

export interface CheckedFields {
  /** Parsed schedule; null: the document has issues. */
  readonly schedule: Schedule | null;
  /** Issues by form field; issues without a field stand under "". */
  readonly problems: Readonly<Record<string, string>>;
}
export const checkedOf = (content: Content): CheckedFields => {
  const read = parseSchedule(content);
  if ("schedule" in read) return { schedule: read.schedule, problems: {} };
  const told = (issue: Issue): [string, string] => [placeOf(issue.path), issue.message];
  // The first word on a field is the plainest.
  return { schedule: null, problems: Object.fromEntries(read.problems.map(told).toReversed()) };
};
