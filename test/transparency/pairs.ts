/** Every caller with every callee, directly and through an agent, and the differences between the two. */
import { often } from "../soak.ts";
import { CALLEES, type CalleeName } from "./callees.ts";
import { CALLERS, type CallerName } from "./callers.ts";
import { type Aspect, describeRun, differingAspects } from "./compare.ts";
import type { RunView } from "./peer.ts";
import type { PairScripts, Rig } from "./rig.ts";
import { type Pair, type Protocol, type Row, rowName } from "./row.ts";

export interface RowResult extends Row {
  /** Aspects in which no direct run is like the run through the agent; empty: there is no difference. */
  readonly aspects: readonly Aspect[];
  readonly direct: readonly string[];
  readonly through: string;
}

export const CALLER_NAMES = Object.keys(CALLERS) as readonly CallerName[];
export const CALLEE_NAMES = Object.keys(CALLEES) as readonly CalleeName[];
export const PAIRS: readonly Pair[] = CALLEE_NAMES.flatMap((callee) =>
  CALLER_NAMES.map((caller) => ({ caller, callee })),
);
/** Sample of the pairs: every n-th. The number of callers has no factor in common with n, so that each caller comes. */
export const everyNth = (pairs: readonly Pair[], n: number): readonly Pair[] => pairs.filter((_, i) => i % n === 0);
const scriptsOf = ({ caller, callee }: Pair): PairScripts => ({ caller: CALLERS[caller], callee: CALLEES[callee] });

/** Way to play a pair through the agent; absent: without any fault. */
export type RunThrough = (row: Row, scripts: PairScripts, pace: number) => Promise<RunView>;

/** Plays a pair directly and on an edge of each protocol, once each. */
const comparePair = async (
  rig: Rig,
  pair: Pair,
  protocols: readonly Protocol[],
  runThrough: RunThrough,
): Promise<readonly RowResult[]> => {
  const scripts = scriptsOf(pair);
  const direct = await rig.direct(scripts);
  const results: RowResult[] = [];
  for (const protocol of protocols) {
    const row = { ...pair, protocol, tier: rig.tier };
    results.push(judge(row, [direct], await runThrough(row, scripts, 1)));
  }
  return results;
};

/** Rounds of a second look, and how much slower their rests are. */
const ROUNDS = 5;
const SLOW = 4;
/**
 * Rounds that must differ: on two cores with a load of 15 an agent has stood still for 300 ms, longer than any rest, so
 * that a change's test believes all rounds alone. A soak believes two, since other work may disturb a single round.
 */
const BELIEVED = often(ROUNDS, 2);
/** Direct runs of a round, before a difference counts: where all are alike, and where they are not. */
const ENOUGH = 3;
const MOST = 8;
/**
 * Judges a row again, slowly. On a busy machine chance decides which of two ends acts first, and some direct pairs have
 * several outcomes: an outcome is a difference if none of several direct runs has the same outcome, with rests so long
 * that the order of the steps is fixed.
 */
const lookAgain = async (rig: Rig, row: Row, runThrough: RunThrough): Promise<RowResult> => {
  const scripts = scriptsOf(row);
  const direct: RunView[] = [];
  const differing: RowResult[] = [];
  let result!: RowResult;
  for (let round = 0; round < ROUNDS; round++) {
    direct.push(await rig.direct(scripts, SLOW));
    const through = await runThrough(row, scripts, SLOW);
    for (;;) {
      result = judge(row, direct, through);
      const known = result.direct.length;
      if (result.aspects.length === 0 || direct.length >= round + (known === 1 ? ENOUGH : MOST)) break;
      direct.push(await rig.direct(scripts, SLOW));
    }
    if (result.aspects.length > 0) differing.push(result);
    if (differing.length >= BELIEVED) return differing[0]!;
  }
  return { ...result, aspects: [] };
};

const judge = (row: Row, direct: readonly RunView[], through: RunView): RowResult => {
  const words = describeRun(through);
  const known = [...new Set(direct.map(describeRun))];
  const aspects = known.includes(words) ? [] : nearestAspects(direct, through);
  return { ...row, aspects, direct: known, through: words };
};
/** Aspects that differ from the direct run that is most alike. */
const nearestAspects = (direct: readonly RunView[], through: RunView): readonly Aspect[] =>
  direct.map((run) => differingAspects(run, through)).toSorted((a, b) => a.length - b.length)[0]!;

/** Plays all pairs, many at a time; `isExpected` tells for a difference whether a second look is needless. */
export const compareAll = async (
  rig: Rig,
  pairs: readonly Pair[],
  protocols: readonly Protocol[],
  isExpected: (result: RowResult) => boolean,
  runThrough: RunThrough = ({ protocol }, scripts, pace) => rig.through(protocol, scripts, pace),
): Promise<readonly RowResult[]> => {
  const first = (
    await inParallel(rig.slots.length, pairs, (pair) => comparePair(rig, pair, protocols, runThrough))
  ).flat();
  const isDoubtful = (result: RowResult) => result.aspects.length > 0 && !isExpected(result);
  const again = await inParallel(SLOW_SLOTS, first.filter(isDoubtful), (row) => lookAgain(rig, row, runThrough));
  return [...first.filter((result) => !isDoubtful(result)), ...again];
};
/** Rows that are looked at again at the same time. */
const SLOW_SLOTS = 8;

/** Works on so many items at a time; the results keep the order of the items. */
export const inParallel = async <T, R>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> => {
  const todo = items.entries();
  const results: R[] = [];
  const next = async () => {
    for (const [i, item] of todo) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: count }, next));
  return results;
};

export const describeResult = (result: RowResult): string =>
  [
    `${rowName(result)}: ${result.aspects.join(", ")}`,
    ...result.direct.map((words) => `directly:\n${words}`),
    `through the agent:\n${result.through}`,
  ].join("\n");
