/**
 * What HELD claims, checked against the events alone (SAFETY.md 7, invariant 14). Written apart from the machine that
 * decides, with plain sums, so that an error in one shows in the other.
 */
import { faultId } from "./names.ts";
import type { Plan, PlannedExpectation, PlannedFault } from "./plan.ts";
import type { Receipt } from "./receipt.ts";
import type { Effect } from "./run/effect.ts";
import type { RunEvent } from "./run/event.ts";
import { begin } from "./run/run.ts";
import { step } from "./run/step.ts";

type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;
interface Told {
  readonly event: RunEvent;
  readonly effects: readonly Effect[];
}
const ofType = <T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): readonly EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type);

/** What speaks against the HELD of these events; nothing where they do not end in HELD. */
export const heldProblems = (plan: Plan, events: readonly RunEvent[]): readonly string[] => {
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
  return [
    ...(plan.mode === "full" ? [] : [`HELD in mode ${plan.mode}`]),
    ...lossProblems(heard, heard.slice(injected, reverted + 1)),
    ...auditProblems(told),
    ...applyProblems(told[injected]!, bootsOf(heard), heard.slice(injected, reverted)),
    ...faultProblems(plan, heard),
    ...sampleProblems(plan, heard),
    ...recoveryProblems(plan, heard, told[reverted]!.event.atMs),
  ].map((problem) => `HELD, but ${problem}`);
};

const lossProblems = (events: readonly RunEvent[], injecting: readonly RunEvent[]): readonly string[] => [
  ...ofType(events, "halted").map(({ reason }) => `the run was halted: ${reason}`),
  ...ofType(events, "failed").map(({ reason }) => `preparing failed: ${reason}`),
  ...[...exitsOf(events), ...ofType(injecting, "lost")]
    .filter(({ boot }) => bootsOf(events).includes(boot))
    .map(({ boot, how }) => `agent ${boot} was lost (${how})`),
  ...ofType(injecting, "refused").map(({ boot, why }) => `agent ${boot} refused: ${why}`),
];

/** Those since the run knew its agents: whoever ended before was none of them. */
const exitsOf = (events: readonly RunEvent[]) =>
  ofType(events.slice(events.findIndex(({ type }) => type === "ready")), "lost").filter(({ how }) => how === "exited");
const bootsOf = (events: readonly RunEvent[]) => ofType(events, "ready")[0]?.agents.map(({ boot }) => boot) ?? [];

const auditProblems = (told: readonly Told[]): readonly string[] => {
  const asked = told.findLastIndex(({ effects }) => effects.some((effect) => effect.do === "revert"));
  const revision = told[asked]!.effects.find((effect) => effect.do === "revert")?.revision;
  const grades = ofType(
    told.slice(asked + 1).map(({ event }) => event),
    "graded",
  ).filter((event) => event.revision === revision);
  const agents = bootsOf(told.map(({ event }) => event));
  return agents
    .filter((boot) => grades.findLast((event) => event.boot === boot)?.grade !== "attested")
    .map((boot) => `agent ${boot} did not attest to the last revert`);
};

const applyProblems = (
  { effects }: Told,
  agents: readonly string[],
  injecting: readonly RunEvent[],
): readonly string[] => {
  const revision = effects.find((effect) => effect.do === "apply")?.revision;
  const applied = ofType(injecting, "applied").filter((event) => event.revision === revision);
  return agents
    .filter((agent) => !applied.some(({ boot }) => boot === agent))
    .map((agent) => `agent ${agent} did not apply the first order`);
};

const lastReceipts = (events: readonly RunEvent[], id: string): readonly Receipt[] =>
  bootsOf(events).flatMap((boot) => {
    const mine = ofType(events, "receipts")
      .filter((event) => event.boot === boot)
      .flatMap(({ receipts }) => receipts.filter((receipt) => receipt.id === id));
    return mine.length === 0 ? [] : [mine.reduce((a, b) => (b.seen < a.seen || b.liveMs < a.liveMs ? a : b))];
  });

const faultProblems = (plan: Plan, events: readonly RunEvent[]): readonly string[] =>
  plan.faults.flatMap((fault) => {
    const edges = fault.targets.map(({ edge }) => lastReceipts(events, faultId(plan.run, fault.name, edge)));
    const all = edges.flat();
    const uneven = all.filter(
      (r) => r.matched !== r.injected + r.spared + r.capped + r.untouched || r.seen < r.matched,
    );
    const hits = edges.map((receipts) => receipts.reduce((sum, { injected }) => sum + injected, 0));
    const enough = (sum: number) => sum >= fault.hits.atLeast;
    const proven = hits.length > 0 && (fault.hits.edges === "every" ? hits.every(enough) : hits.some(enough));
    return [
      ...uneven.map(({ id }) => `the receipt ${id} does not add up`),
      ...(proven ? [] : [`${fault.name} hit only ${hits.join(", ")}`]),
      ...edges.flatMap((receipts) => liveProblems(fault, receipts)),
    ];
  });
const liveProblems = ({ name, fromMs, toMs }: PlannedFault, receipts: readonly Receipt[]): readonly string[] => {
  if (receipts.length === 0) return [`nobody says how long ${name} was live`];
  return receipts
    .filter(({ liveMs }) => liveMs < (toMs - fromMs) * 0.98 - 250)
    .map(({ liveMs, edge }) => `${name} was live on ${edge} for only ${liveMs} of ${toMs - fromMs} ms`);
};

const countIn = (events: readonly RunEvent[], of: string, phase: string) => {
  let [good, bad, errored] = [0, 0, 0];
  for (const tally of ofType(events, "tallied").flatMap(({ tallies }) => tallies)) {
    if (tally.of !== of || tally.phase !== phase) continue;
    good += tally.good;
    bad += tally.bad;
    errored += tally.errored;
  }
  return { good, bad, errored };
};
/** bad / n <= 1 - objective, in whole trillionths. */
const within = (bad: number, n: number, objective: number): boolean =>
  BigInt(bad) * 10n ** 12n <= BigInt(n) * (10n ** 12n - BigInt(Math.round(objective * 1e12)));

const sampleProblems = (plan: Plan, events: readonly RunEvent[]): readonly string[] => {
  const settled = ofType(events, "settled").map(({ phase }) => phase);
  const hits = plan.faults.flatMap(({ name, targets }) =>
    targets.flatMap(({ edge }) => lastReceipts(events, faultId(plan.run, name, edge))),
  );
  const reach = hits.reduce((sum, { injected }) => sum + injected, 0);
  const simple = plan.faults.every(
    ({ unit, targets }) => unit === "exchange" && targets.every(({ protocol }) => protocol === "http"),
  );
  const tried = plan.expectations.some(({ name, objective, eventuallyMs }) => {
    const { good, bad } = countIn(events, name, "during");
    if (objective.during === undefined) return false;
    return !simple || (eventuallyMs !== null ? reach > 0 : !within(reach, good + bad, objective.during));
  });
  return [
    ...(["baseline", "during"] as const).flatMap((phase) => [
      ...(settled.includes(phase) ? [] : [`not every sample of ${phase} is known`]),
      ...plan.expectations.flatMap((expectation) => phaseProblems(expectation, phase, events)),
    ]),
    ...(tried ? [] : [`${reach} hits could not have broken any expectation`]),
  ];
};
const phaseProblems = (
  { name, objective, eventuallyMs, minSamples }: PlannedExpectation,
  phase: "baseline" | "during",
  events: readonly RunEvent[],
): readonly string[] => {
  const least = objective[phase];
  if (least === undefined) return [];
  const { good, bad, errored } = countIn(events, name, phase);
  const n = good + bad;
  const where = `${name}, ${phase}`;
  const blind = errored * 20 > n + errored ? [`${where}: ${errored} of ${n + errored} looks errored`] : [];
  if (eventuallyMs !== null) return good > 0 ? blind : [...blind, `${where}: not one sample was good`];
  return [
    ...blind,
    ...(n >= minSamples && n > 0 ? [] : [`${where}: only ${n} samples`]),
    ...(within(bad, n, least) ? [] : [`${where}: ${bad} of ${n} were bad`]),
  ];
};

const recoveryProblems = (plan: Plan, events: readonly RunEvent[], revertMs: number): readonly string[] =>
  plan.expectations
    .filter(({ objective }) => objective.recovery !== undefined)
    .filter(({ name }) => countIn(events, name, "recovery").good === 0)
    .map(({ name }) => `${name}: not one good sample after the revert at ${revertMs} ms`);
