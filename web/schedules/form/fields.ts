/** What the form of a schedule holds, and the Schedule document that it means. Pure. */

import type { DocumentPath, Issue } from "../../../experiments/model/document/issue.ts";
import type { RunMode } from "../../../experiments/model/plan.ts";
import { parseSchedule } from "../../../experiments/model/read/schedule.ts";
import type { Schedule } from "../../../experiments/model/schedule/schedule.ts";
import type { Verdict } from "../../../experiments/model/verdict/verdict.ts";
import type { Content } from "../../save/use-saving.ts";

export type ReactionKind = "continue" | "pause" | "halt-all" | "retry";
export interface Reaction {
  readonly deed: ReactionKind;
  /** As typed; they mean something for `retry` only. */
  readonly times: string;
  readonly wait: string;
}
/** HELD goes on, and what is INVALID never started. */
export const REACTING = ["BROKEN", "INCONCLUSIVE", "HALTED", "RESIDUE"] as const satisfies Verdict[];
export type ReactionFields = (typeof REACTING)[number];

/** As typed. */
export interface Fields {
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
/** What follows where the document says nothing. */
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

/** Of a stored document. */
export const fieldsOf = ({ metadata, spec: written }: Content): Fields => {
  const spec = wordsOf(written);
  const after = wordsOf(spec.after);
  return {
    name: metadata.name,
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
/** Only what differs from what would follow anyway. */
const afterOf = (fields: Fields, before: Words): Words => {
  const own = REACTING.filter((verdict) => fields.after[verdict].deed !== UNSAID[verdict]);
  const others = Object.entries(before).filter(([verdict]) => !(REACTING as readonly string[]).includes(verdict));
  return Object.fromEntries([...others, ...own.map((verdict) => [verdict, writtenReaction(fields.after[verdict])])]);
};
const DEFAULTS: Words = {
  ...{ timeZone: "UTC", jitter: "0s", mode: "full", seed: "experiment", concurrency: "forbid" },
};
/** `before`: what is changed; what the form does not know of it stays. null: it is new. */
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
    metadata: { ...before?.metadata, name: name.trim() },
    spec: {
      ...kept,
      ...Object.fromEntries(Object.entries(written).filter(isSaid)),
      ...(Object.keys(after).length > 0 ? { after } : {}),
    },
  };
};

/** Where in the document each field stands. */
const PLACES: Readonly<Record<string, string>> = {
  "metadata.name": "name",
  ...Object.fromEntries(
    ["experiment", "cron", "timeZone", "jitter", "mode", "seed", "concurrency"].map((key) => [`spec.${key}`, key]),
  ),
  ...Object.fromEntries(REACTING.map((verdict) => [`spec.after.${verdict}`, verdict])),
};
const placeOf = (path: DocumentPath): string => PLACES[path.slice(0, path[1] === "after" ? 3 : 2).join(".")] ?? "";

export interface CheckedFields {
  /** null: something is wrong. */
  readonly schedule: Schedule | null;
  /** By field; what belongs to none stands under "". */
  readonly problems: Readonly<Record<string, string>>;
}
export const checkedOf = (content: Content): CheckedFields => {
  const read = parseSchedule(content);
  if ("schedule" in read) return { schedule: read.schedule, problems: {} };
  const told = (issue: Issue): [string, string] => [placeOf(issue.path), issue.message];
  // The first word on a field is the plainest.
  return { schedule: null, problems: Object.fromEntries(read.problems.map(told).toReversed()) };
};
