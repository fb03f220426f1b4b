/** Which runs are meant, as the address says it and as the API is asked. Pure. */
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { ALWAYS, momentsOf, queryOfRange, type Range, rangeIn } from "../ui/range.ts";

/** In the order in which they are offered: what wants somebody first. */
export const VERDICTS = ["RESIDUE", "BROKEN", "INCONCLUSIVE", "HALTED", "INVALID", "HELD"] as const satisfies Verdict[];
export const UNDER_WAY = "UNDER WAY";
export type RunOutcome = Verdict | typeof UNDER_WAY;
export const OUTCOMES: readonly RunOutcome[] = [UNDER_WAY, ...VERDICTS];
const isOutcome = (word: string): word is RunOutcome => (OUTCOMES as readonly string[]).includes(word);

export interface RunsFilter {
  /** Empty: any. */
  readonly outcomes: readonly RunOutcome[];
  /** Empty: any; so are the next ones. */
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
/** What of it cannot be understood is passed over: addresses are typed by people, too. */
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
/** For `pageHref`. */
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
/** No run takes longer than two hours: those under way are among the newest. */
const NEWEST = 100;
export const isUnderWay = ({ state }: Pick<RunSummary, "state">): boolean => state !== "finished";
/** The API takes one verdict at a time: it is asked for each, and the answers are put in one order. */
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
