/**
 * Claims of HELD, checked against the events alone (SAFETY.md 7, invariant 14). Written apart from the state machine
 * that decides, with plain sums, so that an error in either shows in the other.
 */

import type { Receipt } from "../evidence/receipt.ts";
import { type ExpectationName, type FaultId, faultId } from "../names.ts";
import type { Plan, PlannedExpectation, PlannedFault } from "../plan/plan.ts";
import type { Effect } from "../run/effect.ts";
import type { RunEvent } from "../run/event.ts";
import { begin } from "../run/run.ts";
import { step } from "../run/step.ts";
import { capMs, exposureViolations } from "./held-exposure.ts";
import { leakViolations } from "./held-leak.ts";
import {
  exitsOf,
  firstApplied,
  holds,
  lastReceipt,
  ofType,
  type Participant,
  participantsOf,
  receiptsOf,
  startOf,
} from "./held-participants.ts";

interface Told {
  readonly event: RunEvent;
  readonly effects: readonly Effect[];
}
/** Violations of the HELD that these events end in; empty for any other verdict. */
export const heldViolations = (plan: Plan, events: readonly RunEvent[]): readonly string[] => {
  let run = begin(plan);
  const told: Told[] = [];
  for (const event of events) {
    if (run.at === "finished") break;
    const [next, ...effects] = step(run, event);
    told.push({ event, effects });
    run = next;
  }
  if (run.at !== "finished" || run.verdict !== "HELD") return [];
  const injected = told.findIndex(({ effects }) => effects.some((effect) => effect.do === "apply"));
  const reverted = told.findIndex(({ effects }) => effects.some((effect) => effect.do === "revert"));
  if (injected < 0 || reverted < injected) return ["HELD, but nothing was ever injected and reverted"];
  const heard = told.map(({ event }) => event);
  const cast = participantsOf(heard.slice(0, reverted + 1));
  return [
    ...(plan.mode === "full" ? [] : [`HELD in mode ${plan.mode}`]),
    ...lossProblems(cast, heard, heard.slice(injected, reverted + 1)),
    ...auditProblems(cast, told),
    ...applyProblems(cast, told[injected]!, heard.slice(injected, reverted)),
    ...faultProblems(plan, cast, heard, told[reverted]!.event.atMs),
    ...sampleProblems(plan, cast, heard),
    ...strikeProblems(plan, heard),
    ...recoveryProblems(plan, heard, told[reverted]!.event.atMs),
    ...leakViolations(plan, heard, told[reverted]!.event.atMs),
  ].map((problem) => `HELD, but ${problem}`);
};

const lossProblems = (
  cast: readonly Participant[],
  events: readonly RunEvent[],
  injecting: readonly RunEvent[],
): readonly string[] => [
  ...ofType(events, "halted").map(({ reason }) => `the run was halted: ${reason}`),
  ...ofType(events, "failed").map(({ reason }) => `preparing failed: ${reason}`),
  ...[...exitsOf(cast, events), ...ofType(injecting, "lost")]
    .filter((event) => cast.some(({ boot }) => boot === event.boot))
    .map(({ boot, how }) => `agent ${boot} was lost (${how})`),
  ...ofType(injecting, "refused").map(({ boot, why }) => `agent ${boot} refused: ${why}`),
];

const auditProblems = (cast: readonly Participant[], told: readonly Told[]): readonly string[] => {
  const asked = told.findLastIndex(({ effects }) => effects.some((effect) => effect.do === "revert"));
  const revision = told[asked]!.effects.find((effect) => effect.do === "revert")?.revision;
  const grades = ofType(
    told.slice(asked + 1).map(({ event }) => event),
    "graded",
  ).filter((event) => event.revision === revision);
  return cast
    .filter(({ boot }) => grades.findLast((event) => event.boot === boot)?.grade !== "attested")
    .map(({ boot }) => `agent ${boot} did not attest to the last revert`);
};

/** True: the agent left before the first order was applied, so that it held no fault. */
const isGoneBy = (leftMs: number | null, appliedMs = Number.POSITIVE_INFINITY) => leftMs !== null && leftMs < appliedMs;
/**
 * Agents present when the faults were first ordered must have applied that order; agents that joined later must have
 * applied some order after joining.
 */
const applyProblems = (
  cast: readonly Participant[],
  { effects }: Told,
  injecting: readonly RunEvent[],
): readonly string[] => {
  const revision = effects.find((effect) => effect.do === "apply")?.revision;
  const applied = ofType(injecting, "applied");
  return cast
    .filter(({ joinedMs, leftMs }) => joinedMs === null && !isGoneBy(leftMs, applied[0]?.atMs))
    .filter(({ boot }) => !applied.some((event) => event.boot === boot && event.revision === revision))
    .map(({ boot }) => `agent ${boot} did not apply the first order`);
};

const faultProblems = (
  plan: Plan,
  cast: readonly Participant[],
  events: readonly RunEvent[],
  revertMs: number,
): readonly string[] =>
  plan.faults.flatMap((fault) => {
    const ids = fault.targets.map(({ edge }) => faultId(plan.run, fault.name, edge));
    const edges = ids.map((id) => receiptsOf(cast, events, id));
    const uneven = edges
      .flat()
      .filter((r) => r.matched !== r.injected + r.spared + r.capped + r.untouched || r.seen < r.matched);
    const hits = edges.map((receipts) => receipts.reduce((sum, { injected }) => sum + injected, 0));
    const enough = (sum: number) => sum >= fault.hits.atLeast;
    const proven = hits.length > 0 && (fault.hits.edges === "every" ? hits.every(enough) : hits.some(enough));
    return [
      ...uneven.map(({ id }) => `the receipt ${id} does not add up`),
      ...(proven ? [] : [`${fault.name} hit only ${hits.join(", ")}`]),
      ...edges.flat().flatMap((receipt) => unmetProblems(fault, receipt)),
      ...ids.flatMap((id) => liveProblems(fault, id, cast, events, revertMs)),
    ];
  });
/** Units that neither fault nor callee met, and units that another process carried past a fault on all traffic. */
const unmetProblems = (
  { share }: PlannedFault,
  { id, exhausted = [], escaped = 0, squeezed = 0 }: Receipt,
): readonly string[] => [
  ...exhausted
    .filter(({ refused }) => refused > 0)
    .map(({ of, refused }) => `${refused} of ${id} were refused: no ${of}`),
  ...(escaped > 0 && Math.min(...share.steps) >= 1 ? [`${escaped} escaped ${id}`] : []),
  ...(squeezed > 0 ? [`${squeezed} of ${id} were squeezed`] : []),
];
const liveProblems = (
  { name, fromMs, toMs, hits }: PlannedFault,
  id: FaultId,
  cast: readonly Participant[],
  events: readonly RunEvent[],
  revertMs: number,
): readonly string[] => {
  const players = cast.filter((player) => holds(player, id));
  if (players.length === 0) return hits.edges === "some" ? [] : [`nobody held ${id}`];
  const startMs = startOf(cast, events);
  const bare = players.filter(({ leftMs }) => leftMs !== null && leftMs >= startMs + fromMs && leftMs < startMs + toMs);
  const holdsAt = (ms: number) =>
    players.some(({ boot, leftMs }) => {
      const heldMs = firstApplied(events, boot);
      return heldMs !== null && heldMs <= ms && (leftMs === null || leftMs > ms);
    });
  const unheld = bare
    .filter(({ leftMs }) => leftMs! < revertMs && !holdsAt(leftMs!))
    .map(({ boot }) => `nobody held ${id} when ${boot} left`);
  const isBareAtStart = players.some(({ leftMs }) => leftMs !== null) && !holdsAt(startMs + fromMs);
  const gaps = isBareAtStart && startMs + fromMs < revertMs ? [...unheld, `nobody held ${id} when it began`] : unheld;
  return players
    .flatMap(({ boot, joinedMs, leftMs }) => {
      const heldMs = joinedMs === null ? startMs : (firstApplied(events, boot) ?? revertMs);
      const lastMs = Math.min(startMs + toMs, leftMs ?? Number.POSITIVE_INFINITY);
      const untilMs = joinedMs === null ? lastMs : Math.min(lastMs, revertMs);
      const plannedMs = Math.max(0, untilMs - Math.max(startMs + fromMs, heldMs));
      const liveMs = lastReceipt(events, boot, id)?.liveMs ?? 0;
      if (liveMs >= plannedMs * 0.98 - 250) return [];
      return [`${name} was live on ${boot} for only ${liveMs} of ${plannedMs} ms`];
    })
    .concat(gaps);
};

/** Services that faults took away, and that were not seen back in time. */
const strikeProblems = (plan: Plan, events: readonly RunEvent[]): readonly string[] =>
  plan.faults.flatMap(({ name, service, action: { kind, params } }) => {
    if (service === undefined) return [];
    const isMine = (event: { readonly fault: string; readonly service: string }) =>
      event.fault === name && event.service === service;
    const struck = ofType(events, "service-struck").filter(isMine);
    const back = ofType(events, "service-back").filter(isMine);
    const boundMs = "within" in params && typeof params.within === "number" ? params.within : Number.POSITIVE_INFINITY;
    return [
      ...(struck.length > 0 ? [] : [`no ${kind} of ${service} was seen`]),
      ...(back.length >= struck.length ? [] : [`${service} was struck ${struck.length} times, back ${back.length}`]),
      ...back.filter(({ awayMs }) => awayMs >= boundMs).map(({ awayMs }) => `${service} was away for ${awayMs} ms`),
    ];
  });

const countIn = (
  events: readonly RunEvent[],
  of: ExpectationName,
  phase: string,
  untilMs = Number.POSITIVE_INFINITY,
) => {
  let [good, bad, errored, unknown] = [0, 0, 0, 0];
  for (const tally of ofType(events, "tallied").flatMap(({ tallies }) => tallies)) {
    if (tally.of !== of || tally.phase !== phase || tally.toMs > untilMs + 0.001) continue;
    good += tally.good;
    bad += tally.bad;
    errored += tally.errored;
    unknown += tally.erroredBy?.["outcome unknown"] ?? 0;
  }
  return { good, bad, errored, unknown };
};
/** bad / n <= 1 - objective, in whole trillionths. */
const within = (bad: number, n: number, objective: number): boolean =>
  BigInt(bad) * 10n ** 12n <= BigInt(n) * (10n ** 12n - BigInt(Math.round(objective * 1e12)));

const sampleProblems = (plan: Plan, cast: readonly Participant[], events: readonly RunEvent[]): readonly string[] => {
  const settled = ofType(events, "settled").map(({ phase }) => phase);
  const startMs = startOf(cast, events);
  const untilMs = { baseline: Number.POSITIVE_INFINITY, during: capMs({ plan, cast, events, startMs }) };
  return [
    ...(["baseline", "during"] as const).flatMap((phase) => [
      ...(settled.includes(phase) ? [] : [`not every sample of ${phase} is known`]),
      ...plan.expectations.flatMap((expectation) => phaseProblems(expectation, phase, events, untilMs[phase])),
    ]),
    ...exposureViolations(plan, cast, events, startMs),
  ];
};
const phaseProblems = (
  { name, objective, eventuallyMs, minSamples }: PlannedExpectation,
  phase: "baseline" | "during",
  events: readonly RunEvent[],
  untilMs: number,
): readonly string[] => {
  const least = objective[phase];
  if (least === undefined) return [];
  const { good, bad, errored, unknown } = countIn(events, name, phase, untilMs);
  const n = good + bad;
  const where = `${name}, ${phase}`;
  const blind = errored * 20 > n + errored ? [`${where}: ${errored} of ${n + errored} looks errored`] : [];
  if (eventuallyMs !== null) return good > 0 ? blind : [...blind, `${where}: not one sample was good`];
  const sure = within(bad + unknown, Math.max(n + unknown, minSamples), least);
  return [
    ...blind,
    ...(n < minSamples || sure ? [] : [`${where}: ${unknown} looks of unknown outcome could have missed it`]),
    ...(n >= minSamples && n > 0 ? [] : [`${where}: only ${n} samples`]),
    ...(within(bad, n, least) ? [] : [`${where}: ${bad} of ${n} were bad`]),
  ];
};

const recoveryProblems = (plan: Plan, events: readonly RunEvent[], revertMs: number): readonly string[] =>
  plan.expectations
    .filter(({ objective }) => objective.recovery !== undefined)
    .filter(({ name }) => countIn(events, name, "recovery").good === 0)
    .map(({ name }) => `${name}: not one good sample after the revert at ${revertMs} ms`);
