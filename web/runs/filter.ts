/** Filter of the run list: as stored in the address and as sent to the API. Pure. */
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { ALWAYS, momentsOf, queryOfRange, type Range, rangeIn } from "../ui/range.ts";

/** Verdicts in the order of display: urgent verdicts first. */
export const VERDICTS = ["RESIDUE", "BROKEN", "INCONCLUSIVE", "HALTED", "INVALID", "HELD"] as const satisfies Verdict[];
export const UNDER_WAY = "UNDER WAY";
export type RunOutcome = Verdict | typeof UNDER_WAY;
export const OUTCOMES: readonly RunOutcome[] = [UNDER_WAY, ...VERDICTS];
const isOutcome = (word: string): word is RunOutcome => (OUTCOMES as readonly string[]).includes(word);

export interface RunsFilter {
  /** Empty: any. */
  readonly outcomes: readonly RunOutcome[];
  /** Experiment name; empty: any. An empty `schedule` or `label` means any too. */
  readonly experiment: string;
  readonly schedule: string;
  /** `key=value`. */
  readonly label: string;
  readonly when: Range;
}
export const EVERYTHING: RunsFilter = {
  ...{ outcomes: [], experiment: "", schedule: "", label: "", when: ALWAYS },
};

export const isLabel = (text: string): boolean => /^[^=]+=/.test(text);
/** Filter from the address. Invalid parts are ignored: people type addresses, too. */
export const runsFilterIn = (query: URLSearchParams): RunsFilter => {
  const words = (query.get("verdict") ?? "").toUpperCase().split(",");
  const label = query.get("label") ?? "";
  return {
    outcomes: OUTCOMES.filter((outcome) => words.filter(isOutcome).includes(outcome)),
    experiment: query.get("experiment") ?? "",
    schedule: query.get("schedule") ?? "",
    label: isLabel(label) ? label : "",
    when: rangeIn(query),
  };
};
/** Address query of the filter, for `pageHref`. */
export const queryOf = ({
  outcomes,
  experiment,
  schedule,
  label,
  when,
}: RunsFilter): Readonly<Record<string, string>> => ({
  ...{ verdict: outcomes.join(","), experiment, schedule, label },
  ...queryOfRange(when),
});
export const isNarrow = (narrowing: RunsFilter): boolean => Object.values(queryOf(narrowing)).some(Boolean);

const present = (words: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== ""));

interface RunsWish {
  readonly query: { readonly limit?: number; readonly verdict?: Verdict } & Partial<ReturnType<typeof momentsOf>>;
  readonly only?: (run: RunSummary) => boolean;
}
/**
 * Newest runs to search for active runs: no run takes longer than two hours, so that active runs are among the
 * newest.
 */
const NEWEST = 100;
export const isUnderWay = ({ state }: Pick<RunSummary, "state">): boolean => state !== "finished";
/** API queries of the filter. The API takes a single verdict: each verdict is a query, and the answers are merged. */
export const pageQueriesOf = ({ outcomes, when, ...words }: RunsFilter, wallMs: number): readonly RunsWish[] => {
  const { experiment, schedule, label } = words;
  const common = { ...present({ experiment, schedule, label }), ...momentsOf(when, wallMs) };
  if (outcomes.length === 0) return [{ query: common }];
  return outcomes.map((outcome) =>
    outcome === UNDER_WAY
      ? { query: { ...common, limit: NEWEST }, only: isUnderWay }
      : { query: { ...common, verdict: outcome } },
  );
};
