/** Notes an event in every state: evidence counts at any time. */

import type { Receipt, Receipts } from "../evidence/receipt.ts";
import { processFaultOf } from "../evidence/strikes.ts";
import { withTallies } from "../evidence/tally.ts";
import { type AgentBoot, type FaultId, faultId } from "../names.ts";
import { ownProperty } from "../own-property.ts";
import { joinIntervals } from "../plan/counting.ts";
import type { Plan } from "../plan/plan.ts";
import type { SampleKind } from "../verdict/facts.ts";
import { withStall } from "../verdict/stalls.ts";
import type { RunEvent } from "./event.ts";
import { noteHits, notePassed } from "./passed.ts";
import { isPresent } from "./presence.ts";
import type { Run } from "./run.ts";

type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

export const note = (before: Run, event: RunEvent): Run => {
  const run = { ...before, sequence: before.sequence + 1, atMs: Math.max(before.atMs, event.atMs) };
  switch (event.type) {
    case "tallied":
      return noteTallies(run, event);
    case "settled":
      return noteSettled(run, event);
    case "receipts":
      return noteHits(noteReceipts(run, event));
    case "passed":
      return notePassed(run, event);
    case "exposed":
      return noteExposure(run, event);
    case "guarded":
      return noteLook(run, event);
    case "stalled":
      return noteStall(run, event);
    case "graded":
      return noteGrade(run, event);
    case "service-exited":
      return noteExit(run, event);
    case "instances-changed":
      return noteInstances(run, event);
    case "left":
      return noteLeft(run, event);
    case "service-struck":
      return noteStrike(run, event);
    case "service-back":
      return noteBack(run, event);
    case "unpassed":
      return { ...run, unpassed: event.edges };
    default:
      return run;
  }
};

/** Settles a phase, which must be over: only then can all samples be known. */
const noteSettled = (run: Run, { phase }: EventOf<"settled">): Run =>
  (run.spans[phase]?.toMs ?? null) === null || run.settled.includes(phase)
    ? run
    : { ...run, settled: [...run.settled, phase] };

const noteTallies = (run: Run, { tallies }: EventOf<"tallied">): Run => {
  const names = new Set(run.plan.expectations.map(({ name }) => name));
  // A settled phase has no more samples: a late tally would be counted twice.
  const mine = tallies.filter(({ of, phase }) => names.has(of) && !run.settled.includes(phase));
  return { ...run, told: withTallies(run.told, mine) };
};

const plannedIds = (plan: Plan): ReadonlySet<FaultId> =>
  new Set(plan.faults.flatMap(({ name, targets }) => targets.map(({ edge }) => faultId(plan.run, name, edge))));

/** The later of two receipts. Receipts grow: a smaller receipt was overtaken on the way. */
const later = (known: Receipt | undefined, told: Receipt): Receipt =>
  known !== undefined && (told.seen < known.seen || told.liveMs < known.liveMs) ? known : told;

const noteReceipts = (run: Run, { boot, receipts, atMs }: EventOf<"receipts">): Run => {
  if (!run.agents.some((agent) => agent.boot === boot)) return run;
  const ids = plannedIds(run.plan);
  const known = ownProperty(run.receipts, boot) ?? {};
  const told = receipts
    .filter(({ id }) => ids.has(id))
    .map((receipt) => [receipt.id, later(ownProperty(known, receipt.id), receipt)]);
  const mine: Receipts[AgentBoot] = { ...known, ...Object.fromEntries(told) };
  if (Object.keys(mine).length === 0) return run;
  const hits = receipts.filter(({ id }) => ids.has(id)).reduce(hitsSince(known, atMs), run.hits);
  const clear = Object.values(mine).every(({ injected }) => injected === 0);
  const clearMs = clear ? { ...run.clearMs, [boot]: atMs } : run.clearMs;
  return { ...run, receipts: { ...run.receipts, [boot]: mine }, clearMs, hits };
};
/** Agents report once a second: a new hit came since the last report. */
const TOLD_EACH_MS = 1_000;
const hitsSince =
  (known: Receipts[AgentBoot], atMs: number) =>
  (hits: Run["hits"], { id, injected }: Receipt): Run["hits"] => {
    if (injected <= (ownProperty(known, id)?.injected ?? 0)) return hits;
    return {
      ...hits,
      [id]: joinIntervals([...(ownProperty(hits, id) ?? []), { fromMs: atMs - TOLD_EACH_MS, toMs: atMs }]),
    };
  };

/** Counts are cumulative: a later report replaces an earlier report, even in a settled phase. */
const noteExposure = (run: Run, { counts }: EventOf<"exposed">): Run => {
  const names = new Set(run.plan.expectations.map(({ name }) => name));
  const exposure = new Map(Object.entries(run.exposure));
  for (const count of counts)
    if (names.has(count.of)) exposure.set(count.of, { ...exposure.get(count.of), [count.phase]: count });
  return { ...run, exposure: Object.fromEntries(exposure) };
};

const noteLook = (run: Run, { guardrail, outcome }: EventOf<"guarded">): Run => {
  const rail = run.plan.guardrails.find(({ name }) => name === guardrail);
  if (rail === undefined) return run;
  const looks: readonly SampleKind[] = [...(ownProperty(run.looks, guardrail) ?? []), outcome];
  return { ...run, looks: { ...run.looks, [guardrail]: looks.slice(-rail.trip.of) } };
};

const noteExit = (run: Run, { service, how, atMs }: EventOf<"service-exited">): Run => {
  const live = run.at === "injecting" ? run.live : [];
  return { ...run, exits: [...run.exits, { service, how, atMs, live }] };
};
const noteInstances = (run: Run, { service, came, went, atMs }: EventOf<"instances-changed">): Run => ({
  ...run,
  instances: [...run.instances, { service, came, went, atMs }],
});
const noteLeft = (run: Run, { boot }: EventOf<"left">): Run =>
  isPresent(run, boot) ? { ...run, left: { ...run.left, [boot]: run.atMs } } : run;

const noteStrike = (run: Run, { fault, service, atMs }: EventOf<"service-struck">): Run => {
  const how = processFaultOf(run.plan, fault);
  if (how === null) return run;
  return { ...run, strikes: [...run.strikes, { fault, service, ...how, atMs, awayMs: null }] };
};
/** Ends the strike on a service that is still open. */
const noteBack = (run: Run, { fault, service, awayMs }: EventOf<"service-back">): Run => {
  const at = run.strikes.findIndex(
    (strike) => strike.fault === fault && strike.service === service && strike.awayMs === null,
  );
  return at < 0
    ? run
    : { ...run, strikes: run.strikes.map((strike, i) => (i === at ? { ...strike, awayMs } : strike)) };
};
const noteStall = (run: Run, { type: _, atMs: __, ...stall }: EventOf<"stalled">): Run =>
  run.agents.some(({ boot }) => boot === stall.boot) ? { ...run, stalls: withStall(run.stalls, stall) } : run;

const noteGrade = (run: Run, { boot, revision, grade, detail }: EventOf<"graded">): Run => {
  const asked = run.at === "reverting" || run.at === "recovering" || run.at === "auditing";
  const known = run.agents.some((agent) => agent.boot === boot);
  if (!asked || !known || revision !== run.revision) return run;
  return { ...run, grades: { ...run.grades, [boot]: { grade, detail } } };
};
