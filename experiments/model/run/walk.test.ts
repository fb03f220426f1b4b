/** Walk over every state × every event, from the first state on: the invariants hold. */

import { describe, expect, it } from "vitest";
import { often } from "../../../test/soak.ts";
import type { Receipt } from "../evidence/receipt.ts";
import { seriesOf } from "../evidence/tally.ts";
import { PHASES } from "../experiment/phase.ts";
import { type AgentBoot, asAgentBoot, asInstance, edgeId, faultId } from "../names.ts";
import type { Plan } from "../plan/plan.ts";
import type { Effect } from "./effect.ts";
import type { RunEvent } from "./event.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "./example.ts";
import { isPresent } from "./presence.ts";
import { begin, type Run, type State } from "./run.ts";
import { step } from "./step.ts";
import { wakeAt } from "./wake.ts";

/** Edge of each fault: both places of a pair. */
const EDGES = { a: edgeId("checkout", "payments"), b: edgeId("checkout", "payments", "callee") };
const faultOn = (name: keyof typeof EDGES) => ({
  ...{ ...SLOW, name, hits: { atLeast: 1, edges: "every" as const } },
  targets: SLOW.targets.map((target) => ({ ...target, edge: EDGES[name] })),
});
const PLAN: Plan = {
  ...EXAMPLE,
  faults: [
    { ...faultOn("a"), toMs: 6_000 },
    { ...faultOn("b"), fromMs: 4_000, toMs: 9_000 },
  ],
  expectations: [{ ...CHECKOUT, path: { [EDGES.a]: "below", [EDGES.b]: "below" }, minSamples: 1 }],
  guardrails: [{ name: "g", probe: CHECKOUT.probe, good: {}, trip: { bad: 1, of: 1 }, blind: "halt" }],
};
/**
 * Agents present at the start, and the agent that appears in mid-run. `escaped`: connections that passed the fault at the
 * callee by.
 */
interface Cast {
  readonly boots: readonly AgentBoot[];
  readonly joiner: AgentBoot | null;
  readonly escaped: number;
}
const CASTS: readonly Cast[] = [
  { boots: [asAgentBoot("x"), asAgentBoot("y")], joiner: null, escaped: 0 },
  { boots: [asAgentBoot("x")], joiner: asAgentBoot("z"), escaped: 0 },
  { boots: [asAgentBoot("x")], joiner: null, escaped: 1 },
];
const receipt = (fault: keyof typeof EDGES, injected: number, escaped = 0): Receipt => ({
  ...{ id: faultId(PLAN.run, fault, EDGES[fault]), fault, edge: EDGES[fault], unit: "exchange" },
  ...{ seen: injected, matched: injected, injected, spared: 0, capped: 0, untouched: 0, liveMs: 10_000, ordinals: [] },
  ...(escaped > 0 && { escaped, escapedBy: "redirect" }),
});
const tally = (phase: "baseline" | "during" | "recovery", atMs: number, good: number, bad: number) => ({
  ...{ of: CHECKOUT.name, phase, fromMs: atMs - 3_000, toMs: atMs },
  ...{ good, bad, errored: 0, firstBad: [] },
});

/** Events of each kind, now and at the next wake. */
const eventsIn = (run: Run, { boots, joiner, escaped }: Cast): RunEvent[] => {
  const { atMs } = run;
  const wakeMs = Math.min(wakeAt(run, atMs), 10 * PLAN.limits.deadlineMs);
  const forBoot = (boot: AgentBoot): RunEvent[] => [
    { type: "applied", atMs, boot, revision: run.revision },
    { type: "applied", atMs, boot, revision: run.revision - 1 },
    { type: "refused", atMs, boot, revision: run.revision, why: "policy" },
    { type: "lost", atMs, boot, how: "exited" },
    { type: "lost", atMs, boot, how: "lapsed" },
    { type: "lost", atMs, boot, how: "silent" },
    { type: "left", atMs, boot },
    { type: "graded", atMs, boot, revision: run.revision, grade: "attested", detail: "" },
    { type: "graded", atMs, boot, revision: run.revision - 1, grade: "attested", detail: "" },
    { type: "graded", atMs, boot, revision: run.revision, grade: "inferred", detail: "" },
  ];
  return [
    { type: "started", atMs },
    { type: "ready", atMs, agents: boots.map((boot) => ({ instance: asInstance(boot), boot })) },
    ...(joiner === null
      ? []
      : [{ type: "joined", atMs, agent: { instance: asInstance(joiner), boot: joiner } } as const]),
    { type: "failed", atMs, verdict: "INVALID", because: "ports", reason: "f" },
    { type: "woke", atMs: wakeMs },
    { type: "woke", atMs: PLAN.limits.deadlineMs },
    ...(["baseline", "during", "recovery"] as const).flatMap((phase): RunEvent[] => [
      { type: "settled", atMs, phase },
      { type: "tallied", atMs, tallies: [tally(phase, atMs, 400, 0)] },
      { type: "tallied", atMs, tallies: [tally(phase, atMs, 0, 400)] },
    ]),
    ...[...boots, ...(joiner === null ? [] : [joiner])].flatMap(forBoot),
    { type: "receipts", atMs, boot: asAgentBoot("x"), receipts: [receipt("a", 10), receipt("b", 10, escaped)] },
    { type: "guarded", atMs, guardrail: "g", outcome: "bad", why: "w" },
    { type: "halted", atMs, because: "operator", reason: "h", recover: true },
    { type: "halted", atMs, because: "server-lost", reason: "h", recover: false },
  ];
};

/** Key of a run: states that differ only in data without influence on decisions are equal. */
const keyOf = (run: Run): string =>
  JSON.stringify([
    run.at,
    "waiting" in run && run.waiting,
    "next" in run && run.next,
    "live" in run && [run.live, run.counting, run.duringMs === null ? null : run.atMs - run.duringMs],
    "settling" in run && run.settling,
    run.agents.length,
    Object.keys(run.left).sort(),
    Object.values(run.joins).map(({ appliedMs }) => appliedMs !== null),
    [...new Set(run.findings.map(({ verdict }) => verdict))].sort(),
    PHASES.map((phase) => {
      const { count } = seriesOf(run.told, CHECKOUT.name, phase);
      return [count.good > 0, count.bad > 0];
    }),
    run.settled.toSorted(),
    Object.keys(run.receipts).length,
    Object.entries(run.grades).map(([boot, { grade }]) => boot + grade),
    run.at === "finished" && run.verdict,
    run.injected,
  ]);

/** Most states of a walk: the first walk finds a HELD after some 8,000, and the soak finishes the second walk. */
const MOST_STATES = often(10_000, 20_000);

interface Arrow {
  readonly from: Run;
  readonly event: RunEvent;
  readonly to: Run;
  readonly effects: readonly Effect[];
}
const walk = (cast: Cast): { readonly arrows: readonly Arrow[]; readonly states: readonly Run[] } => {
  const seen = new Map<string, Run>();
  const todo: Run[] = [begin(PLAN)];
  const arrows: Arrow[] = [];
  for (let from = todo.pop(); from !== undefined && seen.size < MOST_STATES; from = todo.pop()) {
    const key = keyOf(from);
    if (seen.has(key)) continue;
    seen.set(key, from);
    for (const event of eventsIn(from, cast)) {
      const [to, ...effects] = step(from, event);
      arrows.push({ from, event, to, effects });
      if (to !== from) todo.push(to);
    }
  }
  return { arrows, states: [...seen.values()] };
};
const WALKS = CASTS.map(walk);
const ARROWS = WALKS.flatMap(({ arrows }) => arrows);
const STATES = WALKS.flatMap(({ states }) => states);
const ORDER: readonly State[] = [
  "queued",
  "preparing",
  "warming",
  "baseline",
  "injecting",
  "reverting",
  "recovering",
  "auditing",
  "finished",
];
const metEscapes = ({ receipts }: Run): boolean =>
  Object.values(receipts).some((of) => Object.values(of).some(({ escaped = 0 }) => escaped > 0));
const does = ({ effects }: Arrow, what: Effect["do"]) => effects.some((effect) => effect.do === what);
const violations = (wrong: (arrow: Arrow) => boolean) =>
  ARROWS.filter(wrong)
    .slice(0, 3)
    .map(({ from, event, to }) => `${from.at} --${JSON.stringify(event)}--> ${to.at}`);

describe("invariant 9: over all states and events", () => {
  it("every state is reached, so that the walk means something", () => {
    expect(new Set(ARROWS.map(({ from }) => from.at))).toEqual(new Set(ORDER));
    expect(ARROWS.length).toBeGreaterThan(10_000);
    for (const verdict of ["HELD", "BROKEN", "HALTED", "INCONCLUSIVE", "RESIDUE", "INVALID"])
      expect(
        ARROWS.some(({ to }) => to.at === "finished" && to.verdict === verdict),
        verdict,
      ).toBe(true);
  });
  it("injecting is left only through reverting, with a revert among the effects", () => {
    expect(
      violations((arrow) => arrow.from.at === "injecting" && arrow.to.at !== "injecting" && !does(arrow, "revert")),
    ).toEqual([]);
    expect(
      violations(({ from, to }) => from.at === "injecting" && to.at !== "injecting" && to.at !== "reverting"),
    ).toEqual([]);
  });
  it("faults are ordered only in injecting, and never together with their revert", () => {
    expect(violations((arrow) => does(arrow, "apply") && arrow.to.at !== "injecting")).toEqual([]);
    expect(violations((arrow) => does(arrow, "apply") && does(arrow, "revert"))).toEqual([]);
  });
  it("a run that ever ordered a fault finishes only after a revert that every agent was asked to attest", () => {
    const unaudited = ({ from, to }: Arrow) =>
      to.at === "finished" && from.at !== "finished" && to.injected && !["auditing", "reverting"].includes(from.at);
    expect(violations(unaudited)).toEqual([]);
    const unanswered = ({ to }: Arrow) =>
      to.at === "finished" && to.injected && to.verdict !== "RESIDUE" && to.agents.some(({ boot }) => !to.grades[boot]);
    expect(violations(unanswered)).toEqual([]);
  });
  it("no state is gone back to", () => {
    expect(violations(({ from, to }) => ORDER.indexOf(to.at) < ORDER.indexOf(from.at))).toEqual([]);
  });
  it("finished is final: no event changes anything, and nothing is done", () => {
    expect(
      violations(({ from, to, effects }) => from.at === "finished" && (to !== from || effects.length > 0)),
    ).toEqual([]);
    expect(violations(({ to }) => to.at === "finished" && wakeAt(to, 0) !== Number.POSITIVE_INFINITY)).toEqual([]);
  });
  it("whoever finishes tears down and publishes, once", () => {
    expect(
      violations(
        (arrow) =>
          (arrow.to.at === "finished" && arrow.from.at !== "finished") !==
          (does(arrow, "tear-down") && does(arrow, "publish")),
      ),
    ).toEqual([]);
  });
  it("HELD and BROKEN have every agent's attestation; BROKEN and HELD need a hit", () => {
    const unproven = ({ to }: Arrow) =>
      to.at === "finished" &&
      to.verdict === "HELD" &&
      (to.agents.some(({ boot }) => to.grades[boot]?.grade !== "attested") || Object.keys(to.receipts).length === 0);
    expect(violations(unproven)).toEqual([]);
    expect(
      violations(({ to }) => to.at === "finished" && to.verdict === "BROKEN" && Object.keys(to.receipts).length === 0),
    ).toEqual([]);
  });
  it("HELD needs that no connection passed a fault by, at either place", () => {
    const finished = ARROWS.map(({ to }) => to).filter((to) => to.at === "finished");
    expect(finished.some(metEscapes)).toBe(true);
    expect(finished.filter((to) => to.verdict === "HELD" && metEscapes(to))).toEqual([]);
  });
  it("time alone ends every run: each wake moves it, and nothing wakes for ever", { timeout: 60_000 }, () => {
    const sleepless = STATES.filter((start) => {
      let run = start;
      for (let wakes = 0; run.at !== "finished"; wakes++) {
        const atMs = wakeAt(run, run.atMs);
        const [next, ...effects] = step(run, { type: "woke", atMs });
        if (wakes === 40 || (next.at === run.at && effects.length === 0 && atMs === run.atMs)) return true;
        run = next;
      }
      return false;
    });
    expect(sleepless.map(({ at, atMs }) => `${at} at ${atMs}`)).toEqual([]);
  });
  it("crash, halt and lapse at each state take the fault away or keep it from being ordered", () => {
    const ending = (run: Run, event: RunEvent) =>
      event.type === "halted" || (event.type === "lost" && event.how !== "silent" && isPresent(run, event.boot));
    const stays = ({ from, event, to }: Arrow) =>
      ending(from, event) && from.at === "injecting" && to.at === "injecting";
    expect(violations(stays)).toEqual([]);
    const starts = (arrow: Arrow) => arrow.event.type === "halted" && does(arrow, "apply");
    expect(violations(starts)).toEqual([]);
  });
  it("an agent that joins under live faults must hold them too, within a lease, or the run ends", () => {
    const joining = ({ from, event }: Arrow) =>
      event.type === "joined" && !from.agents.some(({ boot }) => boot === event.agent.boot);
    const met = ARROWS.filter(
      (arrow) => joining(arrow) && arrow.from.at === "injecting" && arrow.to.at === "injecting",
    );
    expect(met.length).toBeGreaterThan(10);
    const unasked = (arrow: Arrow) =>
      joining(arrow) &&
      arrow.to.at === "injecting" &&
      !(arrow.to.waiting.includes(asAgentBoot("z")) && does(arrow, "assign"));
    expect(violations(unasked)).toEqual([]);
    const patient = met.filter(({ to }) => {
      const [later] = step(to, { type: "woke", atMs: to.atMs + PLAN.leaseMs });
      return later.at === "injecting";
    });
    expect(patient).toEqual([]);
  });
  it("nobody is let in once nothing is ordered any more: assigned is only who the journal names before the revert", () => {
    const late = ["reverting", "recovering", "auditing", "finished"];
    expect(violations((arrow) => late.includes(arrow.from.at) && does(arrow, "assign"))).toEqual([]);
    expect(violations(({ from, to }) => late.includes(from.at) && from.agents.length !== to.agents.length)).toEqual([]);
    const unnamed = ({ to, effects }: Arrow) =>
      effects.some((effect) => effect.do === "assign" && effect.agents.length !== to.agents.length);
    expect(violations(unnamed)).toEqual([]);
  });
});
