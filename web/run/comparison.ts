/** Comparison of two runs of the same experiment. Pure. */

import { PHASES, type Phase } from "../../experiments/model/experiment/phase.ts";
import { type EdgeId, edgeIdOf, type FaultName } from "../../experiments/model/names.ts";
import type { RadiusReport } from "../../experiments/model/report/radius.ts";
import type { ExpectationReport, ReceiptReport, RunReport } from "../../experiments/model/report/report.ts";

/** A value from both runs. `mine`: the run of the page. null: no value to compare. */
export interface Pair<T> {
  readonly mine: T | null;
  readonly other: T | null;
}
export interface ShareRow extends Pair<number> {
  readonly phase: Phase;
  /** Percentage points, mine less the other's. */
  readonly points: number | null;
}
export interface ExpectationPair {
  readonly name: string;
  readonly shares: readonly ShareRow[];
}
export interface ReceiptPair extends Pair<ReceiptReport> {
  readonly fault: FaultName;
  readonly edge: EdgeId;
}

/** Items of either run, in the order of the first run that has the item. */
const paired = <T>(mine: readonly T[], other: readonly T[], keyOf: (one: T) => string): readonly Pair<T>[] => {
  const keys = [...new Set([...mine, ...other].map(keyOf))];
  const find = (all: readonly T[], key: string) => all.find((one) => keyOf(one) === key) ?? null;
  return keys.map((key) => ({ mine: find(mine, key), other: find(other, key) }));
};

/** The share of good samples; null: none was seen. */
export const goodShare = (expectation: ExpectationReport | null, phase: Phase): number | null => {
  const count = expectation?.phases[phase];
  const seen = count === undefined ? 0 : count.good + count.bad;
  return seen === 0 ? null : count!.good / seen;
};

export const expectationPairs = (mine: RunReport, other: RunReport): readonly ExpectationPair[] =>
  paired(mine.expectations, other.expectations, ({ name }) => name).map((pair) => ({
    name: (pair.mine ?? pair.other)!.name,
    shares: PHASES.map((phase) => {
      const shares = { mine: goodShare(pair.mine, phase), other: goodShare(pair.other, phase) };
      const points = shares.mine === null || shares.other === null ? null : 100 * (shares.mine - shares.other);
      return { phase, ...shares, points };
    }),
  }));

export const receiptPairs = (mine: RunReport, other: RunReport): readonly ReceiptPair[] =>
  paired(mine.receipts, other.receipts, (receipt) => JSON.stringify([receipt.fault, edgeIdOf(receipt)])).map((pair) => {
    const receipt = (pair.mine ?? pair.other)!;
    return { fault: receipt.fault, edge: edgeIdOf(receipt), ...pair };
  });

export interface RadiusPair extends Pair<RadiusReport["services"][number]> {
  readonly service: string;
}
/** Services affected in either run; empty where neither run measured the radius. */
export const radiusPairs = (mine: RunReport, other: RunReport): readonly RadiusPair[] =>
  paired(mine.radius?.services ?? [], other.radius?.services ?? [], ({ service }) => service).map((pair) => ({
    service: (pair.mine ?? pair.other)!.service,
    ...pair,
  }));

/** Signed number, `+1.5`, `−0.2`, `0`: a single decimal, and never a sign before zero. */
export const signed = (number: number, digits = 1): string => {
  const rounded = Number(number.toFixed(digits));
  if (rounded === 0) return "0";
  return `${rounded > 0 ? "+" : "−"}${Math.abs(rounded)}`;
};

export interface Ghost {
  /** Run time of *this* run, ms. */
  readonly atMs: number;
  readonly share: number | null;
}
/**
 * Seconds of the other run on this run's time: both fault phases begin at the same moment; without faults, both runs
 * do.
 */
export const ghostOf = (mine: RunReport, other: RunReport, name: string): readonly Ghost[] => {
  const [here, there] = [mine.spans.during?.fromMs, other.spans.during?.fromMs];
  const shiftMs = here === undefined || there === undefined ? 0 : here - there;
  const timeline = other.expectations.find((expectation) => expectation.name === name)?.timeline ?? [];
  return timeline.flatMap(({ fromMs, toMs, good, bad, phase }, i) => {
    const atMs = (fromMs + toMs) / 2 + shiftMs;
    const second = { atMs, share: good + bad === 0 ? null : good / (good + bad) };
    return i > 0 && timeline[i - 1]!.phase !== phase ? [{ atMs, share: null }, second] : [second];
  });
};
