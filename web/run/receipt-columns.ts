/** Columns of the table of receipts: the counts of every receipt, and the rare counts of a run that has them. */
import type { ReceiptReport } from "../../experiments/model/report/report.ts";

type ReceiptCount =
  | "seen"
  | "matched"
  | "injected"
  | "spared"
  | "capped"
  | "untouched"
  | "escaped"
  | "squeezed"
  | "refused";
export interface ReceiptColumn {
  readonly count: ReceiptCount;
  readonly meaning: string;
}

const ALWAYS: readonly ReceiptColumn[] = [
  { count: "seen", meaning: "passed the edge while the fault was live" },
  { count: "matched", meaning: "of these, were meant" },
  { count: "injected", meaning: "of the matched, were hit" },
  { count: "spared", meaning: "of the matched, were left out by share" },
  { count: "capped", meaning: "of the matched, were left out by limits" },
  {
    count: "untouched",
    meaning: "of the matched, nothing was done: made pointless by an earlier fault, or it ended before",
  },
];
/** Each of these counts is a gap in the evidence of the run. */
const RARE: readonly ReceiptColumn[] = [
  {
    count: "escaped",
    meaning: "passed the fault by: before an upgrade or the end of the agent, or not redirected to it",
  },
  {
    count: "squeezed",
    meaning: "were slowed down by more than the fault's delay: the agent's memory for held bytes was full",
  },
  { count: "refused", meaning: "callers that an agent refused because its resources were exhausted" },
];

/** A count of a receipt; an absent count is 0. */
export const countIn = (receipt: ReceiptReport, count: ReceiptCount): number => receipt[count] ?? 0;
/** Columns for these receipts, in order. */
export const columnsFor = (receipts: readonly ReceiptReport[]): readonly ReceiptColumn[] => [
  ...ALWAYS,
  ...RARE.filter(({ count }) => receipts.some((receipt) => countIn(receipt, count) > 0)),
];
