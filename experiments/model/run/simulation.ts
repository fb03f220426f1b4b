/**
 * Simulation of a run on a made-up timeline: the real state machine, with a world made of a few functions of time. No
 * socket, no clock, no chance; tests use the simulation to play whole runs, and to try failures at any moment.
 */

import type { Receipt } from "../evidence/receipt.ts";
import type { Tally } from "../evidence/tally.ts";
import type { Phase } from "../experiment/phase.ts";
import { type AgentBoot, asAgentBoot, asInstance, type ExpectationName, type FaultName, faultId } from "../names.ts";
import type { Plan, PlannedExpectation } from "../plan/plan.ts";
import type { ProbeKind } from "../probes/index.ts";
import {
  type EdgeExposure,
  type ExposureCount,
  isSlowed,
  type SlowedCount,
  type UnhitCount,
} from "../verdict/exposure.ts";
import type { UnmarkedCount } from "../verdict/lags.ts";
import type { AuditGrade } from "../verdict/verdict.ts";
import type { Effect, Windows } from "./effect.ts";
import type { RunEvent } from "./event.ts";
import { isPresent } from "./presence.ts";
import { begin, type Run } from "./run.ts";
import { step } from "./step.ts";
import { wakeAt } from "./wake.ts";

export interface SimulatedWorld {
  readonly boots: readonly AgentBoot[];
  /** Outcome of a sample sent at this moment, while the faults in `live` act on the world. */
  readonly sample: (
    of: ExpectationName,
    atMs: number,
    live: readonly FaultName[],
  ) => "good" | "bad" | "errored" | "none";
  /** Exchanges that a fault matches and hits on an edge in a live second of the fault. */
  readonly hitsPerSecond: (fault: FaultName) => { readonly matched: number; readonly injected: number };
  /** Cumulative counts of a fault after `liveMs` of live time, where hits do not come at a steady rate. */
  readonly hitsBy?: (fault: FaultName, liveMs: number) => HitCount;
  /**
   * Relation of a sample to a fault of the path: `seen` on the edge (in the baseline: on the way), `hit`, hit only
   * after the answer (`late`), `kept` from the fault, or neither.
   */
  readonly meets: (
    of: ExpectationName,
    atMs: number,
    fault: FaultName,
    nth: number,
  ) => "seen" | "hit" | "late" | "kept" | "none";
  /** Tells whether the fault's share draws the requests of a sample by the mark; absent: no draw by marks. */
  readonly draws?: (of: ExpectationName, atMs: number, fault: FaultName) => boolean;
  /** Duration of a sample, and the part of that time in which an agent stood still; absent: not reported. */
  readonly took?: (
    of: ExpectationName,
    atMs: number,
  ) => { readonly ms: number; readonly stalledMs: number } | undefined;
  /** Exchanges of the baseline against the samples of an expectation; absent: not reported. */
  readonly unmarked?: (of: ExpectationName, fault: FaultName) => UnmarkedCount;
  /** Tells whether agents report hits that carried a mark. */
  readonly marked: boolean;
  /** Live time of each fault until the run's cap is reached; Infinity: never. */
  readonly cappedAfterMs: number;
  /** Time in which an agent applies an order; null: never. */
  readonly applyMs: (boot: AgentBoot, revision: number) => number | null;
  /** Time by which faults are live for less than ordered. */
  readonly missedMs: number;
  /** Changes a receipt before it is reported; absent: none. */
  readonly reported?: (receipt: Receipt) => Receipt;
  readonly grade: (boot: AgentBoot, audit: number) => AuditGrade | null;
  /** Other events, by run time. */
  readonly happens: readonly RunEvent[];
}
export interface HitCount {
  readonly matched: number;
  readonly injected: number;
  readonly markedHits: number;
  /** Requests on hit connections that carry requests. */
  readonly requests?: number;
  readonly markedRequests?: number;
  readonly unread?: number;
  /** Connections that passed the redirect by. */
  readonly escaped?: number;
  readonly escapedBy?: "redirect";
}
export const QUIET: SimulatedWorld = {
  boots: [asAgentBoot("boot-1")],
  sample: () => "good",
  hitsPerSecond: () => ({ matched: 40, injected: 40 }),
  meets: () => "hit",
  marked: false,
  cappedAfterMs: Number.POSITIVE_INFINITY,
  applyMs: () => 20,
  missedMs: 0,
  grade: () => "attested",
  happens: [],
};
export interface Simulation {
  readonly run: Run;
  readonly events: readonly RunEvent[];
  readonly effects: readonly (Effect & { readonly atMs: number; readonly state: Run["at"] })[];
}

const SECOND_MS = 1_000;
/** Probes that send requests with the mark. */
const MARKED: readonly ProbeKind[] = ["http", "process"];
/** Longest simulated time: a run that does not end by then hangs. */
const PATIENCE_MS = 4 * 3_600_000;

export const simulate = (plan: Plan, changes: Partial<SimulatedWorld> = {}): Simulation => {
  const world: SimulatedWorld = { ...QUIET, ...changes };
  // Fewer hits than matches mean that as many of the samples are hit.
  if (changes.meets === undefined && changes.hitsPerSecond !== undefined)
    Object.assign(world, { meets: byRate(changes.hitsPerSecond) });
  const inbox: RunEvent[] = [{ type: "started", atMs: 0 }, ...world.happens];
  const events: RunEvent[] = [];
  const effects: Simulation["effects"][number][] = [];
  const agents = agentsOf(plan, world);
  const prober = proberOf(plan, world, agents.live);
  let run = begin(plan);
  let nowMs = 0;
  let audits = 0;
  let tickMs = Number.POSITIVE_INFINITY;
  let assigned: readonly AgentBoot[] = [];
  let ordered: { readonly revision: number; readonly faults: readonly FaultName[] } | null = null;
  const give = (boot: AgentBoot, revision: number, faults: readonly FaultName[]): void => {
    const takesMs = world.applyMs(boot, revision);
    if (takesMs === null) return;
    agents.order(boot, faults, nowMs + takesMs);
    say({ type: "applied", atMs: nowMs + takesMs, boot, revision });
  };
  const say = (event: RunEvent): void => {
    inbox.push(event);
  };
  const perform: { readonly [D in Effect["do"]]: (effect: Extract<Effect, { do: D }>) => void } = {
    prepare: () => {
      tickMs = nowMs + SECOND_MS;
      say({
        type: "ready",
        atMs: nowMs + 100,
        agents: world.boots.map((boot) => ({ instance: asInstance(`of-${boot}`), boot })),
      });
    },
    assign: ({ agents }) => {
      const boots = agents.map(({ boot }) => boot);
      const fresh = boots.filter((boot) => !assigned.includes(boot));
      assigned = boots;
      if (ordered !== null) for (const boot of fresh) give(boot, ordered.revision, ordered.faults);
    },
    observe: ({ phase, windows }) => prober.observe(phase, nowMs, windows),
    settle: ({ phase }) => {
      say({ type: "tallied", atMs: nowMs + 10, tallies: prober.tell(nowMs) });
      say({ type: "exposed", atMs: nowMs + 10, counts: prober.exposure() });
      say({ type: "settled", atMs: nowMs + 10, phase });
    },
    apply: ({ revision, faults }) => {
      ordered = { revision, faults };
      for (const boot of assigned) if (isPresent(run, boot)) give(boot, revision, faults);
    },
    // Agents of the simulation have no endpoints.
    select: () => {},
    revert: ({ revision }) => {
      audits++;
      for (const boot of assigned) {
        agents.order(boot, [], nowMs + 5);
        say({ type: "receipts", atMs: nowMs + 29, boot, receipts: agents.receipts(boot, nowMs + 29) });
        const grade = world.grade(boot, audits);
        if (grade !== null) say({ type: "graded", atMs: nowMs + 30, boot, revision, grade, detail: grade });
      }
    },
    "tear-down": () => {
      tickMs = Number.POSITIVE_INFINITY;
    },
    publish: () => {},
  };
  while (run.at !== "finished" || inbox.length > 0) {
    inbox.sort((a, b) => a.atMs - b.atMs);
    const wakeMs = wakeAt(run, nowMs);
    const dueMs = Math.min(wakeMs, tickMs, inbox[0]?.atMs ?? Number.POSITIVE_INFINITY);
    nowMs = Math.max(nowMs, dueMs);
    if (nowMs > PATIENCE_MS) throw new Error(`the run hangs in ${run.at}`);
    let event: RunEvent = { type: "woke", atMs: nowMs };
    if (inbox[0] !== undefined && inbox[0].atMs <= nowMs) event = { ...inbox.shift()!, atMs: nowMs };
    else if (tickMs <= nowMs) {
      tickMs += SECOND_MS;
      for (const boot of assigned) say({ type: "receipts", atMs: nowMs, boot, receipts: agents.receipts(boot, nowMs) });
      event = { type: "tallied", atMs: nowMs, tallies: prober.tell(nowMs) };
      // Baseline and `during` are reported when settled; a recovery ends as soon as all is well.
      const counts = prober.exposure().filter(({ phase }) => phase === "recovery");
      if (counts.length > 0) say({ type: "exposed", atMs: nowMs, counts });
    }
    // Agents drop their faults before they tell of leaving.
    if (event.type === "left") agents.order(event.boot, [], nowMs);
    const [next, ...wanted] = step(run, event);
    if (run.at !== "finished") events.push(event);
    run = next;
    for (const effect of wanted) {
      effects.push({ ...effect, atMs: nowMs, state: next.at });
      (perform[effect.do] as (effect: Effect) => void)(effect);
    }
  }
  return { run, events, effects };
};

const byRate =
  (hitsPerSecond: SimulatedWorld["hitsPerSecond"]): SimulatedWorld["meets"] =>
  (_of, _atMs, fault, nth) => {
    const { matched, injected } = hitsPerSecond(fault);
    const share = matched === 0 ? 0 : injected / matched;
    return Math.floor((nth + 1) * share) > Math.floor(nth * share) ? "hit" : "seen";
  };

interface Unhit {
  readonly isBad: boolean;
  readonly isSpared: boolean;
  readonly isSlow: boolean;
  readonly isUnder: boolean;
  readonly isKept: boolean;
}
const unhitWith = (before: UnhitCount, { isBad, isSpared, isSlow, isUnder, isKept }: Unhit): UnhitCount => {
  if (isBad) return { ...before, bad: before.bad + 1, spared: before.spared + (isSpared ? 1 : 0) };
  const add = ({ of, slowed }: SlowedCount): SlowedCount => ({ of: of + 1, slowed: slowed + (isSlow ? 1 : 0) });
  if (isKept) return { ...before, kept: add(before.kept) };
  return isUnder ? { ...before, seen: add(before.seen) } : before;
};

/** Counts samples of the recovery from the first seen sample on, without that sample. */
const sinceSeen = (row: EdgeExposure, met: ReturnType<SimulatedWorld["meets"]>): EdgeExposure => {
  const isSeen = met === "seen" || met === "hit";
  if (row.since === undefined) return isSeen ? { ...row, since: 0 } : row;
  return { ...row, since: row.since + 1, seen: row.seen + (isSeen ? 1 : 0) };
};

/** Prober that sends samples at the pace of each expectation and reports tallies by phase. */
const proberOf = (plan: Plan, world: SimulatedWorld, live: (atMs: number) => readonly string[]) => {
  let phase: Phase | null = null;
  let sinceMs = 0;
  let untold: Tally[] = [];
  let windows: Windows = {};
  const exposure = new Map<string, ExposureCount>();
  const slowest = new Map<string, { readonly ms: number; readonly netMs: number }>();
  const drawnIn = ({ fault, drawn = 0 }: EdgeExposure, name: string, atMs: number): Pick<EdgeExposure, "drawn"> =>
    world.draws === undefined ? {} : { drawn: drawn + (world.draws(name, atMs, fault) ? 1 : 0) };
  const expose = (
    expectation: PlannedExpectation,
    in_: Phase,
    { atMs, nth, isBad }: { readonly atMs: number; readonly nth: number; readonly isBad: boolean },
  ): void => {
    const { name, path = {} } = expectation;
    const known = exposure.get(`${name} ${in_}`) ?? { of: name, phase: in_, samples: 0, struck: 0, late: 0, edges: [] };
    const sites = plan.faults.flatMap((fault) =>
      fault.targets.filter(({ edge }) => edge in path).map(({ edge }) => ({ fault: fault.name, edge })),
    );
    let [isHit, isLate, mayHit, isUnder, isKept] = [false, false, false, false, false];
    const edges = sites.map(({ fault, edge }) => {
      const row: EdgeExposure = known.edges.find((each) => each.fault === fault && each.edge === edge) ?? {
        fault,
        edge,
        seen: 0,
        struck: 0,
        kept: 0,
      };
      const met = world.meets(name, atMs, fault, nth);
      if (in_ === "recovery") return sinceSeen(row, met);
      if (met === "late" && in_ === "baseline") return { ...row, late: (row.late ?? 0) + 1 };
      if (in_ === "baseline") return met === "none" ? row : { ...row, seen: row.seen + 1 };
      if (met === "none" || !live(atMs).includes(fault)) return row;
      isUnder = true;
      isLate ||= met === "late";
      if (met === "late") return { ...row, late: (row.late ?? 0) + 1 };
      isKept ||= met === "kept";
      mayHit ||= met === "kept" && (world.draws?.(name, atMs, fault) ?? true);
      if (met === "kept") return { ...row, kept: row.kept + 1, ...drawnIn(row, name, atMs) };
      isHit ||= met === "hit";
      return { ...row, seen: row.seen + 1, struck: row.struck + (met === "hit" ? 1 : 0) };
    });
    const { samples, struck, late } = known;
    const took = world.took?.(name, atMs);
    if (in_ === "baseline" && took !== undefined) {
      const { ms = 0, netMs = 0 } = slowest.get(name) ?? {};
      slowest.set(name, { ms: Math.max(ms, took.ms), netMs: Math.max(netMs, took.ms - took.stalledMs) });
    }
    const most = slowest.get(name);
    const isSlow =
      took !== undefined &&
      most !== undefined &&
      took.ms - took.stalledMs > most.netMs &&
      isSlowed(expectation, took.ms, most.ms);
    const before = known.unhit ?? { bad: 0, spared: 0, seen: { of: 0, slowed: 0 }, kept: { of: 0, slowed: 0 } };
    const unhit =
      isHit || (!isBad && took === undefined)
        ? before
        : unhitWith(before, { isBad, isSpared: !mayHit, isSlow, isUnder, isKept: isKept || in_ === "recovery" });
    exposure.set(`${name} ${in_}`, {
      ...known,
      samples: samples + 1,
      struck: struck + (isHit ? 1 : 0),
      late: late + (isLate && !isHit ? 1 : 0),
      ...(in_ === "baseline" ? {} : { unhit }),
      edges,
    });
  };
  const withUnmarked = (count: ExposureCount): ExposureCount => {
    const { unmarked } = world;
    if (unmarked === undefined || count.phase !== "baseline") return count;
    return { ...count, edges: count.edges.map((row) => ({ ...row, unmarked: unmarked(count.of, row.fault) })) };
  };
  const isOwnHit = ({ name, path = {} }: PlannedExpectation, in_: Phase, atMs: number, nth: number) =>
    in_ === "during" &&
    plan.faults.some(
      ({ name: fault, targets }) =>
        targets.some(({ edge }) => path[edge] === "own") &&
        live(atMs).includes(fault) &&
        world.meets(name, atMs, fault, nth) === "hit",
    );
  const isCounted = (name: string, atMs: number) =>
    windows[name]?.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs) ?? true;
  const send = (expectation: PlannedExpectation, in_: Phase, fromMs: number, toMs: number): Tally => {
    const everyMs = expectation.pace?.everyMs ?? 25;
    let [good, bad, errored, struck] = [0, 0, 0, 0];
    const firstBad: Tally["firstBad"][number][] = [];
    let firstGoodMs: number | undefined;
    for (let i = Math.ceil(fromMs / everyMs); i * everyMs < toMs; i++) {
      const atMs = i * everyMs;
      if (!isCounted(expectation.name, atMs)) continue;
      const outcome = world.sample(expectation.name, atMs, live(atMs));
      if (outcome === "good" || outcome === "bad") {
        if (MARKED.includes(expectation.probe.kind))
          expose(expectation, in_, { atMs, nth: i, isBad: outcome === "bad" });
        else if (isOwnHit(expectation, in_, atMs, i)) struck++;
      }
      if (outcome === "good") {
        good++;
        firstGoodMs ??= atMs;
      }
      if (outcome === "errored") errored++;
      if (outcome !== "bad") continue;
      bad++;
      if (firstBad.length < 5) firstBad.push({ atMs, why: "took 2003 ms, over 500 ms" });
    }
    const of = expectation.name;
    const counts = { good, bad, errored, firstBad, ...(expectation.probe.kind === "traffic" ? { struck } : {}) };
    return { of, phase: in_, fromMs, toMs, ...counts, ...(firstGoodMs === undefined ? {} : { firstGoodMs }) };
  };
  const catchUp = (nowMs: number): void => {
    if (phase !== null && nowMs > sinceMs)
      for (const expectation of plan.expectations) untold.push(send(expectation, phase, sinceMs, nowMs));
    sinceMs = nowMs;
  };
  return {
    observe(next: Phase | null, nowMs: number, within: Windows = {}): void {
      catchUp(nowMs);
      phase = next;
      windows = within;
    },
    exposure: (): readonly ExposureCount[] => [...exposure.values()].map(withUnmarked),
    tell(nowMs: number): readonly Tally[] {
      catchUp(nowMs);
      const told = untold;
      untold = [];
      return told;
    },
  };
};

/** Agents of the simulation: the faults held and the counts. */
const agentsOf = (plan: Plan, world: SimulatedWorld) => {
  const orders = new Map<AgentBoot, { readonly atMs: number; readonly faults: readonly FaultName[] }[]>();
  const { reported = (receipt) => receipt } = world;
  const heldMs = (boot: AgentBoot, fault: FaultName, nowMs: number): number => {
    const mine = orders.get(boot) ?? [];
    return mine.reduce((sum, { atMs, faults }, i) => {
      const untilMs = Math.min(nowMs, mine[i + 1]?.atMs ?? nowMs);
      return faults.includes(fault) && untilMs > atMs ? sum + untilMs - atMs : sum;
    }, 0);
  };
  return {
    order(boot: AgentBoot, faults: readonly FaultName[], atMs: number): void {
      orders.set(boot, [...(orders.get(boot) ?? []), { atMs, faults }]);
    },
    live: (atMs: number): readonly FaultName[] => [
      ...new Set([...orders.values()].flatMap((mine) => mine.findLast((order) => order.atMs <= atMs)?.faults ?? [])),
    ],
    receipts: (boot: AgentBoot, nowMs: number): readonly Receipt[] =>
      plan.faults.flatMap(({ name, unit, targets }) =>
        targets.flatMap(({ edge }): Receipt[] => {
          const ms = heldMs(boot, name, nowMs);
          if (ms === 0) return [];
          const id = faultId(plan.run, name, edge);
          const liveMs = Math.max(0, ms - world.missedMs);
          const by = world.hitsBy?.(name, ms);
          if (by !== undefined) {
            const spared = by.matched - by.injected;
            const known = { ...by, seen: by.matched, spared, capped: 0, untouched: 0 };
            return [reported({ id, fault: name, edge, unit, ...known, liveMs, ordinals: [] })];
          }
          const rate = world.hitsPerSecond(name);
          const matched = Math.floor((rate.matched * ms) / SECOND_MS);
          const freeMs = Math.min(ms, world.cappedAfterMs);
          const injected = Math.floor((rate.injected * freeMs) / SECOND_MS);
          const capped = Math.floor((rate.injected * (ms - freeMs)) / SECOND_MS);
          const spared = matched - injected - capped;
          const told = {
            ...(capped > 0 ? { firstCappedMs: freeMs } : {}),
            ...(world.marked ? { markedHits: injected } : {}),
          };
          const counts = { seen: matched, matched, injected, spared, capped, untouched: 0, ...told };
          return [reported({ id, fault: name, edge, unit, ...counts, liveMs, ordinals: [] })];
        }),
      ),
  };
};
