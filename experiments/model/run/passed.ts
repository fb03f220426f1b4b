/** Folds `passed` events into the measured blast radius of a run (PROOF.md 5). The test for damage itself is `leak.ts`. */

import { type EdgeBefore, fromRow, type SecondSums } from "../blast-radius/edge-sums.ts";
import { type EdgeTraffic, type Harm, harmBeyond, isMeasured } from "../blast-radius/harm.ts";
import { damagedSince, openTest, SLOW_MARGIN, watchSecond } from "../blast-radius/leak.ts";
import { type MeasuredRadius, measureRadius } from "../blast-radius/measured.ts";
import { leakable } from "../blast-radius/planned.ts";
import type { DamagedServiceFacts, EdgeFacts, Leak, PassedSums, RadiusFacts } from "../blast-radius/radius-facts.ts";
import { sayBroken, sayIncoming } from "../blast-radius/reason.ts";
import { injectedIn } from "../evidence/receipt.ts";
import { type EdgeId, edgeEnds, pairOf } from "../names.ts";
import { ownProperty } from "../own-property.ts";
import { type Plan, type PlannedRadius, struckEdges } from "../plan/plan.ts";
import type { Facts } from "../verdict/facts.ts";
import type { RunEvent } from "./event.ts";

type PassedEvent = Extract<RunEvent, { type: "passed" }>;

/** Number of seconds over which harm is measured. */
export const LATELY_S = 5;
/** Report interval: hits are reported with the pulse of the same second. */
const PULSE_MS = 1_000;

type Judged = Plan & { readonly radius: PlannedRadius };
type PathEdge = PlannedRadius["path"][number];
const hasRadius = (plan: Plan): plan is Judged => plan.radius !== undefined;

/** Notes the first hit after receipts: from the first hit of any fault on, traffic counts. */
export const noteHits = <R extends Facts>(run: R): R =>
  run.radius.hitMs !== null || injectedIn(run.receipts) === 0
    ? run
    : { ...run, radius: { ...run.radius, hitMs: run.atMs } };

export const notePassed = <R extends Facts>(run: R, event: PassedEvent): R => {
  const { plan } = run;
  if (!hasRadius(plan)) return run;
  const { radius } = run;
  const counts = countsIn(run, event);
  const begun = event.before === undefined ? radius.edges : openEdges(plan, event.before);
  const edges = moveEdges(begun, event, counts);
  const moved = { ...radius, edges, during: counts ? addedTo(plan, radius.during, event) : radius.during };
  return { ...run, radius: radius.hitMs === null ? moved : judged(plan, moved, event, counts) };
};

/** Tells whether a second counts: from the first hit to the revert; later seconds are for the recovery to judge. */
const countsIn = ({ radius: { hitMs }, spans }: Facts, { fromMs, toMs, stalled }: PassedEvent): boolean =>
  hitMs !== null && fromMs >= hitMs - PULSE_MS && toMs <= (spans.during?.toMs ?? Number.POSITIVE_INFINITY) && !stalled;

const openEdges = (plan: Judged, befores: readonly EdgeBefore[]): RadiusFacts["edges"] => {
  const { edges } = plan.radius;
  const wanted = leakable(plan);
  const known = befores.filter(({ edge, n }) => edges[edge] !== undefined && n > 0);
  const streams = 2 * known.filter(({ edge }) => wanted.has(edges[edge]!)).length;
  const { errors } = plan.limits.harm;
  const opened: (EdgeFacts | null)[] = edges.map(() => null);
  for (const before of known) {
    const { n, failed, quiet, slow } = before;
    const mine = wanted.get(edges[before.edge]!) ?? [];
    const all = { n: n + (quiet?.n ?? 0), bad: failed + (quiet?.failed ?? 0) };
    const tests = {
      ...(mine.includes("failed") ? { failed: openTest(all, errors, streams) } : {}),
      ...(mine.includes("slow") && slow !== undefined
        ? { slow: openTest({ n: slow.timed, bad: slow.over }, SLOW_MARGIN, streams) }
        : {}),
    };
    opened[before.edge] = { before, lately: [], tests };
  }
  return opened;
};

const NONE: SecondSums = { n: 0, failed: 0, slow: 0, unanswered: 0, p95Ms: 0, open: 0 };
const rowsOf = ({ edges }: PassedEvent): ReadonlyMap<number, SecondSums> =>
  new Map(edges.map((row) => [row[0], fromRow(row)]));

const addedTo = ({ radius }: Judged, during: RadiusFacts["during"], event: PassedEvent): RadiusFacts["during"] => {
  const rows = rowsOf(event);
  const lastedS = (event.toMs - event.fromMs) / 1_000;
  return radius.edges.map((_, edge): PassedSums | null => {
    const before = during[edge] ?? null;
    const { n, failed, slow } = rows.get(edge) ?? NONE;
    if (before === null) return n === 0 ? null : { n, failed, slow, seconds: lastedS };
    const { seconds } = before;
    return { n: before.n + n, failed: before.failed + failed, slow: before.slow + slow, seconds: seconds + lastedS };
  });
};

/**
 * Moves the edges on by a second. Edges that another run declares belong to that run, and a late second may be the
 * agent's own fault: neither is evidence.
 */
const moveEdges = (edges: RadiusFacts["edges"], event: PassedEvent, counts: boolean): RadiusFacts["edges"] => {
  const rows = rowsOf(event);
  const passedOver = new Set([...(event.claimed ?? []), ...(event.late ?? [])]);
  return edges.map((facts, place) => {
    if (facts === null) return null;
    const { before, tests } = facts;
    const sums = rows.get(place) ?? NONE;
    const lately = [...facts.lately.slice(1 - LATELY_S), sums];
    return { before, lately, tests: counts && !passedOver.has(place) ? watched(tests, sums, event.fromMs) : tests };
  });
};
const watched = ({ failed, slow }: EdgeFacts["tests"], sums: SecondSums, fromMs: number): EdgeFacts["tests"] => ({
  ...(failed === undefined ? {} : { failed: watchSecond(failed, { n: sums.n, bad: sums.failed }, fromMs) }),
  ...(slow === undefined ? {} : { slow: watchSecond(slow, { n: sums.n, bad: sums.slow }, fromMs) }),
});

const passedBefore = ({ n, failed, unanswered, perSecond, p95Ms }: EdgeBefore): EdgeTraffic => ({
  ...{ exchanges: n, failed, unanswered, perSecond, p95Ms, open: 0 },
});
/** Tells whether most exchanges got no answer, unlike before: a p95 is then the time that callers waited in vain. */
const isSilent = (before: EdgeBefore, n: number, unanswered: number): boolean =>
  unanswered >= n / 2 && unanswered * before.n > before.unanswered * n;
const passedLately = ({ lately, before }: EdgeFacts): EdgeTraffic => {
  const sum = (key: keyof SecondSums) => lately.reduce((all, second) => all + second[key], 0);
  const n = sum("n");
  const slowest = Math.max(0, ...lately.map(({ p95Ms }) => p95Ms));
  // A p95 is reported only for seconds in which more than 5% of the exchanges were slow, or most had no answer.
  const isLonger = sum("slow") > 0.05 * n || isSilent(before, n, sum("unanswered"));
  const p95Ms = isLonger && slowest > 0 ? slowest : before.p95Ms;
  // Under way beyond the baseline's most: an edge on which nothing ends is called all the same.
  const open = lately.at(-1)?.open ?? 0;
  // Right after the baseline there are fewer seconds: divided by all five, the rate would have fallen.
  const perSecond = n / Math.max(1, lately.length);
  return { exchanges: n, failed: sum("failed"), unanswered: sum("unanswered"), perSecond, p95Ms, open };
};
/** Harm of the edge by the figures of the last seconds; null: none that counts. */
const harmLately = (plan: Judged, path: PathEdge | undefined, facts: EdgeFacts): Harm | null =>
  harmBeyond(passedBefore(facts.before), passedLately(facts), plan.limits.harm, path);
const HOW = { failed: "failing", slow: "slow" } as const;
/** The first stream of an edge that is damaged beyond doubt. */
const provenOn = ({ tests }: EdgeFacts): { readonly how: Leak["how"]; readonly sinceMs: number } | null => {
  for (const stream of ["failed", "slow"] as const) {
    const test = tests[stream];
    const sinceMs = test === undefined ? null : damagedSince(test);
    if (sinceMs !== null) return { how: HOW[stream], sinceMs };
  }
  return null;
};
/**
 * Harm of an edge. Where leaks are tested only proof counts; elsewhere the figures count, since damage is expected
 * there.
 */
const damageOn = (plan: Judged, path: PathEdge | undefined, facts: EdgeFacts): Harm | null => {
  const { failed, slow } = facts.tests;
  if (failed === undefined && slow === undefined) return harmLately(plan, path, facts);
  const proven = provenOn(facts);
  if (proven === null) return null;
  return { ...figuresOf(facts), how: proven.how };
};
const figuresOf = (facts: EdgeFacts): Omit<Harm, "how"> => {
  const [before, now] = [passedBefore(facts.before), passedLately(facts)];
  const share = (of: number, n: number) => (n === 0 ? 0 : of / n);
  const change = (key: "failed" | "unanswered") => ({
    ...{ before: share(before[key], before.exchanges), now: share(now[key], now.exchanges) },
  });
  return {
    ...{ errors: change("failed"), unanswered: change("unanswered") },
    p95Ms: { before: before.p95Ms ?? 0, now: now.p95Ms ?? 0 },
    perSecond: { before: before.perSecond, now: now.perSecond },
  };
};

/** Damaged edges at this moment. */
export const damagedEdges = (plan: Judged, radius: RadiusFacts): ReadonlyMap<EdgeId, Harm> => {
  const paths = new Map(plan.radius.path.map((path) => [path.edge, path]));
  const damaged = new Map<EdgeId, Harm>();
  radius.edges.forEach((facts, place) => {
    const edge = plan.radius.edges[place]!;
    const harm = facts === null ? null : damageOn(plan, paths.get(edge), facts);
    if (harm !== null) damaged.set(edge, harm);
  });
  return damaged;
};
const judged = (plan: Judged, radius: RadiusFacts, event: PassedEvent, counts: boolean): RadiusFacts => {
  const damaged = damagedEdges(plan, radius);
  if (damaged.size === 0) return radius;
  const services = worsened(radius, radiusOf(plan, radius, damaged), { fromMs: event.fromMs, counts });
  return { ...radius, services, leaks: [...radius.leaks, ...newLeaks(plan, radius, damaged, event)] };
};

/** Damaged services at this moment, by the edges that do, and where the damage ends. */
export const radiusOf = (plan: Judged, radius: RadiusFacts, damaged: ReadonlyMap<EdgeId, Harm>): MeasuredRadius => {
  const { declared, services, edges } = plan.radius;
  const mesh = {
    services: services.map((name) => ({ name })),
    edges: edges.map((id) => ({ id, from: edgeEnds(id)[0], to: edgeEnds(id)[1] })),
  };
  const isKnown = (facts: EdgeFacts | null) => facts !== null && isMeasured(passedLately(facts));
  const measured = new Set(edges.filter((edge, place) => damaged.has(edge) || isKnown(radius.edges[place] ?? null)));
  return measureRadius({ mesh, struck: struckEdges(plan), declared, damaged, measured });
};

const RANK = { contained: 0, slow: 1, failing: 2, unreachable: 3 } as const;
/** Calls wait before they time out, and may cease afterwards: a stop is told by the worst that the calls met. */
const STOP_RANK = { "nothing-sent": 0, absorbed: 1, fallback: 2, timeout: 3 } as const;
type Moment = Pick<PassedEvent, "fromMs"> & { readonly counts: boolean };
/**
 * Tells whether a state replaces the known state of a service. The same state does while its first seconds pass: the
 * window of the figures still reaches back before the damage, and "7% of its calls fail" would stay of a full cut.
 */
const replaces = (
  { state, stop }: Pick<DamagedServiceFacts, "state" | "stop">,
  before: DamagedServiceFacts | undefined,
  { fromMs, counts }: Moment,
): boolean => {
  if (before === undefined) return true;
  if (before.state !== state) return RANK[state] > RANK[before.state];
  const byStop = stop === undefined || before.stop === undefined ? 0 : STOP_RANK[stop] - STOP_RANK[before.stop];
  return byStop > 0 || (byStop === 0 && counts && fromMs - before.sinceMs < LATELY_S * PULSE_MS);
};
const worsened = (radius: RadiusFacts, found: MeasuredRadius, moment: Moment): RadiusFacts["services"] => {
  const worse = found.services.flatMap(({ service, state, reason }): DamagedServiceFacts[] => {
    const before = ownProperty(radius.services, service);
    const stop = found.stops.find((one) => one.service === service);
    const sinceMs = before?.state === state ? before.sinceMs : moment.fromMs;
    const now = { service, state, reason: stop?.reason ?? reason, sinceMs, ...(stop && { stop: stop.why }) };
    return replaces(now, before, moment) ? [now] : [];
  });
  return { ...radius.services, ...Object.fromEntries(worse.map((each) => [each.service, each])) };
};

/** True: the leak is of the same calls, which agents at both places of a pair count. */
const isOfPair = (edge: EdgeId) => (leak: Leak) => pairOf(leak.edge) === pairOf(edge);
const newLeaks = (
  plan: Judged,
  radius: RadiusFacts,
  damaged: ReadonlyMap<EdgeId, Harm>,
  event: PassedEvent,
): readonly Leak[] => {
  const found: Leak[] = [];
  radius.edges.forEach((facts, place) => {
    const edge = plan.radius.edges[place]!;
    const harm = damaged.get(edge);
    const proven = facts === null || harm === undefined ? null : provenOn(facts);
    if (proven === null || harm === undefined || [...radius.leaks, ...found].some(isOfPair(edge))) return;
    const [, service] = edgeEnds(edge);
    const may = plan.radius.declared.find((each) => each.service === service)?.may ?? null;
    const said = `${sayBroken(service, may, proven.how)}: ${sayIncoming({ edge, harm })}`;
    const unclaimed = event.beside === undefined ? {} : { unclaimed: true as const };
    found.push({ service, edge, ...proven, atMs: event.toMs, reason: said, ...unclaimed });
  });
  return found;
};
