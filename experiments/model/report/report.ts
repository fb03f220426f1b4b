/** The report of a run, rendered as JSON, text, Markdown, JUnit and in the dashboard. */

import { lineOf } from "../document/file-lines.ts";
import type { ServiceExit } from "../evidence/exits.ts";
import { type InstanceNews, spellInstancesAt } from "../evidence/instances.ts";
import { type LatencyQuantiles, latencyQuantiles, sumLatencies } from "../evidence/latency-counts.ts";
import { joinReceipts, receiptsOn } from "../evidence/receipt.ts";
import { type Strike, spellStrike } from "../evidence/strikes.ts";
import {
  type BadSample,
  bySecond,
  firstBadOf,
  firstErroredOf,
  leftOf,
  type Series,
  seenOf,
  seriesOf,
  type Tally,
} from "../evidence/tally.ts";
import { spellUnpassed } from "../evidence/unpassed.ts";
import { PHASES, type Phase } from "../experiment/phase.ts";
import type { Unit } from "../faults/fault.ts";
import { describeFault } from "../faults/index.ts";
import { foldJournal, type JournalRecord, type RunCreated } from "../journal/journal.ts";
import {
  type AgentBoot,
  type EdgeId,
  type ExpectationName,
  edgeAt,
  edgeEnds,
  type FaultName,
  faultId,
  type Instance,
  type RunId,
  type ServiceName,
} from "../names.ts";
import { ownProperty } from "../own-property.ts";
import type { PlannedExpectation, PlannedFault, RunMode } from "../plan/plan.ts";
import { describeProbe } from "../probes/index.ts";
import type { Run } from "../run/run.ts";
import { type ErroredBy, sumCauses } from "../sample/errored.ts";
import { saySoFar } from "../verdict/bounds.ts";
import { cappedSeries } from "../verdict/counted-samples.ts";
import type { ExposedBy } from "../verdict/exposure.ts";
import { judgeIn } from "../verdict/findings.ts";
import { boundIn, standIn } from "../verdict/run-standing.ts";
import { isJudged, type Standing } from "../verdict/standing.ts";
import { sayStanding } from "../verdict/standing-reason.ts";
import { type AuditGrade, decisive, type ReasonCode, type Verdict } from "../verdict/verdict.ts";
import { type Neighbourhood, neighbourhoodOf } from "./neighbourhood.ts";
import { type RadiusReport, radiusReport } from "./radius.ts";

export interface ReceiptReport {
  readonly fault: FaultName;
  readonly from: ServiceName;
  readonly to: ServiceName;
  /** Place of the edge; absent: at the caller. */
  readonly at?: "callee";
  readonly unit: Unit;
  readonly seen: number;
  readonly matched: number;
  readonly injected: number;
  readonly spared: number;
  readonly capped: number;
  readonly untouched: number;
  /** Hits by address of the endpoint, where the edge has several; absent: no hit, or a single endpoint. */
  readonly endpoints?: Readonly<Record<string, number>>;
  /**
   * Units that passed a live fault by: by the process before an upgrade of the agent, by an agent that ended, or by the
   * redirect; absent: none.
   */
  readonly escaped?: number;
  /** Cause of `escaped`, where that is the redirect; absent: another cause. */
  readonly escapedBy?: "redirect";
  /** Units that the fault slowed down by more than its delay, for want of the agent's memory; absent: none. */
  readonly squeezed?: number;
  /** Callers that agents refused because the agents' resources were exhausted; absent: none. */
  readonly refused?: number;
  /** Ordinals of the first 1,000 hits, among the exchanges that the fault matched. */
  readonly ordinals: readonly number[];
}
export interface PhaseCount {
  readonly good: number;
  readonly bad: number;
  readonly errored: number;
  /** Exchanges that their callers gave up in time, and so not judged; absent: none. */
  readonly left?: number;
}
export interface ExposureReport {
  readonly by: ExposedBy | "bystander";
  readonly samples: number;
  readonly struck: number;
  readonly averted: number;
  /** Bounds of struck and averted together; of a bystander: the samples under way beside hits. */
  readonly atLeast: number;
  readonly atMost: number;
}
export interface ExpectationReport {
  readonly name: ExpectationName;
  readonly probe: string;
  readonly objective: Readonly<Partial<Record<Phase, number>>>;
  readonly phases: Readonly<Partial<Record<Phase, PhaseCount>>>;
  /** null: not judged. */
  readonly met: boolean | null;
  /**
   * Samples of `during` that met a fault, and the evidence for the exposure; null: the expectation does not count in
   * `during`, or no fault was injected.
   */
  readonly exposure: ExposureReport | null;
  readonly reason: string;
  readonly firstBad: readonly BadSample[];
  /** Errored samples of all phases by cause, and the reason of the first; absent: there are none. */
  readonly errored?: { readonly by: ErroredBy; readonly first: string | null };
  /**
   * Latency of samples that count, in the phases with such samples; absent: the probe has no latency, or the journal is
   * older than latency records.
   */
  readonly latency?: {
    /** Longer is bad; null: there is no limit. */
    readonly withinMs: number | null;
    readonly phases: Readonly<Partial<Record<Phase, LatencyQuantiles>>>;
  };
  /** A tally for each second, for charts and sparklines. */
  readonly timeline: readonly Tally[];
}
export interface FaultReport {
  readonly name: FaultName;
  readonly description: string;
  readonly edges: readonly EdgeId[];
  /** Service whose process the fault strikes; absent: a fault on edges. */
  readonly service?: ServiceName;
  /** Offsets into `during`. */
  readonly fromMs: number;
  readonly toMs: number;
}
/** Instances of a service that came and went at once. */
export interface InstanceReport {
  readonly service: ServiceName;
  readonly came: readonly string[];
  readonly went: readonly string[];
  /** Run time. */
  readonly atMs: number;
  /** The same as a sentence. */
  readonly says: string;
}
/** Strike of a fault on the process of a service. */
export interface StrikeReport extends Pick<Strike, "fault" | "service" | "kind" | "atMs" | "awayMs"> {
  /** `payments was killed at +5.0 s, ready again after 1.32 s`. */
  readonly said: string;
}
/** Run in `runs` of `--json`. */
export interface RunReport {
  readonly id: RunId;
  /** The experiment file as given on the command line; null when the experiment came another way. */
  readonly file: string | null;
  /**
   * Line in `file` as it was run: of the first broken expectation, otherwise of the experiment's name; absent: unknown.
   */
  readonly line?: number;
  readonly experiment: string;
  readonly description: string;
  readonly mode: RunMode;
  /** The state, while the run is under way. */
  readonly state: string;
  readonly phase: Phase | null;
  readonly verdict: Verdict | null;
  readonly because: ReasonCode | null;
  readonly reason: string;
  readonly injected: boolean;
  readonly seed: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly spans: Readonly<Partial<Record<Phase, { readonly fromMs: number; readonly toMs: number | null }>>>;
  readonly faults: readonly FaultReport[];
  readonly receipts: readonly ReceiptReport[];
  readonly expectations: readonly ExpectationReport[];
  readonly recoveredMs: number | null;
  readonly audit: readonly { readonly agent: Instance; readonly grade: AuditGrade; readonly detail: string }[];
  /** Agents for which no proof exists that the faults are gone. */
  readonly residue: readonly Instance[];
  /** Services of the embedded mesh that ended by themselves; absent: none. */
  readonly exits?: readonly ServiceExit[];
  /** Instances of services that came and went, by address; absent: none. */
  readonly instances?: readonly InstanceReport[];
  /** Strikes on processes of services, in that order; `atMs`: run time. Absent: none. */
  readonly strikes?: readonly StrikeReport[];
  /** Sentences on facts that make the run worth less, whatever its verdict; absent: none. */
  readonly warnings?: readonly string[];
  /** Absent: no exchange was hit, or the run is older than the judgement of the radius. */
  readonly radius?: RadiusReport;
  /** Absent: the plan strikes no edge. */
  readonly neighbourhood?: Neighbourhood;
}
export interface ReportMeta {
  /** ISO 8601, UTC: the wall time of the journal's first record. */
  readonly startedAt: string;
}
/** Also of a run that is still under way. */
export const reportOf = (run: Run, created: RunCreated, { startedAt }: ReportMeta): RunReport => {
  const { plan } = run;
  const expectations = plan.expectations.map((expectation) => expectationReport(run, expectation));
  const radius = radiusReport(run);
  const neighbourhood = neighbourhoodOf(run);
  return {
    id: plan.run,
    file: created.file,
    ...(created.lines === undefined ? {} : { line: lineOf(created.lines, expectations) }),
    experiment: plan.experiment,
    description: created.description,
    mode: plan.mode,
    state: run.at,
    phase: phaseOf(run),
    ...(run.at === "finished"
      ? { verdict: run.verdict, because: run.because, reason: run.reason }
      : { verdict: null, because: null, reason: decisive(run.findings)?.reason ?? "" }),
    injected: run.injected,
    seed: plan.seed,
    startedAt,
    durationMs: run.at === "finished" ? run.sinceMs : run.atMs,
    spans: run.spans,
    faults: plan.faults.map(faultReport),
    receipts: plan.faults.flatMap((fault) => receiptReports(run, fault)),
    expectations,
    recoveredMs: run.recoveredMs,
    audit:
      run.revision === 0 ? [] : run.agents.map((agent) => ({ agent: agent.instance, ...gradeOf(run, agent.boot) })),
    residue:
      run.at === "finished" && run.revision > 0
        ? run.agents.filter(({ boot }) => gradeOf(run, boot).grade === "unknown").map(({ instance }) => instance)
        : [],
    ...(run.exits.length === 0 ? {} : { exits: run.exits }),
    ...(run.instances.length === 0 ? {} : { instances: run.instances.map((news) => instanceReport(run, news)) }),
    ...(run.strikes.length === 0 ? {} : { strikes: run.strikes.map((strike) => strikeReport(run, strike)) }),
    ...(run.unpassed.length === 0 ? {} : { warnings: run.unpassed.map(spellUnpassed) }),
    ...(radius === null ? {} : { radius }),
    ...(neighbourhood === null ? {} : { neighbourhood }),
  };
};
const instanceReport = ({ spans }: Run, news: InstanceNews): InstanceReport => ({
  service: news.service,
  came: news.came.map(({ address }) => address),
  went: news.went,
  atMs: news.atMs,
  says: `${spellInstancesAt(news, spans)}.`,
});
const gradeOf = ({ grades }: Run, boot: AgentBoot) =>
  ownProperty(grades, boot) ?? ({ grade: "unknown", detail: "no answer" } as const);

const phaseOf = (run: Run): Phase | null => {
  switch (run.at) {
    case "baseline":
      return "baseline";
    case "injecting":
      return "during";
    case "reverting":
    case "recovering":
      return run.spans.recovery === undefined ? null : "recovery";
    default:
      return null;
  }
};

const strikeReport = ({ spans }: Run, strike: Strike): StrikeReport => {
  const { fault, service, kind, atMs, awayMs } = strike;
  return { fault, service, kind, atMs, awayMs, said: spellStrike(strike, spans) };
};

const faultReport = ({ name, action, targets, service, fromMs, toMs }: PlannedFault): FaultReport => ({
  name,
  description: describeFault(action),
  edges: targets.map(({ edge }) => edge),
  ...(service === undefined ? {} : { service }),
  fromMs,
  toMs,
});

/** Receipt report for each fault and edge, over all boots; all zero where no agent has reported yet. */
const receiptReports = ({ plan, receipts }: Run, { name, unit, targets }: PlannedFault): readonly ReceiptReport[] =>
  targets.map(({ edge }) => {
    const told = receiptsOn(receipts, faultId(plan.run, name, edge));
    const sum = joinReceipts(told);
    const refused = told
      .flatMap(({ exhausted = [] }) => exhausted)
      .reduce((all, exhaustion) => all + exhaustion.refused, 0);
    const { seen = 0, matched = 0, injected = 0, spared = 0, capped = 0, untouched = 0, ordinals = [] } = sum ?? {};
    const [from, to] = edgeEnds(edge);
    const counts = { seen, matched, injected, spared, capped, untouched };
    const place = edgeAt(edge) === "callee" ? { at: "callee" as const } : {};
    const { escaped = 0, escapedBy, squeezed = 0, endpoints } = sum ?? {};
    const spread = endpoints === undefined ? {} : { endpoints };
    const past = { ...(escaped > 0 && { escaped }), ...(escapedBy !== undefined && { escapedBy }) };
    const unmet = { ...past, ...(refused > 0 && { refused }) };
    const rare = { ...spread, ...unmet, ...(squeezed > 0 && { squeezed }) };
    return { fault: name, from, to, ...place, unit: sum?.unit ?? unit, ...counts, ...rare, ordinals };
  });

const countedIn = (run: Run, expectation: PlannedExpectation, phase: Phase): Series =>
  phase === "during" ? cappedSeries(run, expectation) : seriesOf(run.told, expectation.name, phase);
const latencyReport = (run: Run, expectation: PlannedExpectation): ExpectationReport["latency"] => {
  const phases = PHASES.flatMap((phase) => {
    const { tallies } = countedIn(run, expectation, phase);
    const quantiles = latencyQuantiles(sumLatencies(tallies.map(({ latencies = [] }) => latencies)));
    return quantiles === null ? [] : [[phase, quantiles] as const];
  });
  if (phases.length === 0) return undefined;
  return { withinMs: expectation.good.withinMs ?? null, phases: Object.fromEntries(phases) };
};
const countIn = (run: Run, expectation: PlannedExpectation, phase: Phase): PhaseCount => {
  const { count, tallies } = countedIn(run, expectation, phase);
  const left = leftOf(tallies);
  return left === 0 ? count : { ...count, left };
};

const expectationReport = (run: Run, expectation: PlannedExpectation): ExpectationReport => {
  const { name, probe, objective, endpoints } = expectation;
  const phases = Object.fromEntries(
    PHASES.filter((phase) => run.spans[phase] !== undefined).map((phase) => [phase, countIn(run, expectation, phase)]),
  );
  const tallies = PHASES.flatMap((phase) => seriesOf(run.told, name, phase).tallies);
  const standing = run.spans.during === undefined ? null : standIn(run, expectation);
  const latency = latencyReport(run, expectation);
  return {
    name,
    probe: describeProbe(probe, endpoints),
    objective,
    phases,
    ...judgementOf(run, expectation, standing),
    exposure: standing === null ? null : exposureReport(standing),
    firstBad: firstBadOf(seriesOf(run.told, name, "during").tallies),
    ...(tallies.some(({ errored }) => errored > 0)
      ? { errored: { by: sumCauses(tallies), first: firstErroredOf(tallies) ?? null } }
      : {}),
    ...(latency === undefined ? {} : { latency }),
    timeline: bySecond(tallies),
  };
};

const exposureReport = ({ is, exposure, beside }: Standing): ExposureReport => {
  const { by, samples, struck, averted, atLeast, atMost } = exposure;
  return is === "bystander"
    ? { by: "bystander", samples, struck, averted, atLeast: beside, atMost: beside }
    : { by, samples, struck, averted, atLeast, atMost };
};

/**
 * Judgement of an expectation over all phases: findings against the expectation first, otherwise the result of
 * `during`.
 */
const judgementOf = (
  run: Run,
  expectation: PlannedExpectation,
  standing: Standing | null,
): { met: boolean | null; reason: string } => {
  const found = run.findings.find(({ about, because }) => about === expectation.name && !TRIPS.includes(because));
  if (found !== undefined) return { met: MET_NOT.includes(found.because) ? false : null, reason: found.reason };
  const { met, reason } = judgeIn(run, expectation, run.spans.during === undefined ? "baseline" : "during");
  if (run.at !== "finished")
    return { met: run.spans.during === undefined ? null : met, reason: soFar(run, expectation, reason) };
  if (standing === null || met !== true) return { met: null, reason };
  const said = `${reason} ${sayStanding(expectation, standing)}`;
  return isJudged(standing)
    ? { met, reason: `${said}${boundIn(run, expectation, standing)}` }
    : { met: null, reason: said };
};
const soFar = (run: Run, expectation: PlannedExpectation, reason: string): string => {
  const { count } = cappedSeries(run, expectation);
  const isShare = expectation.eventuallyMs === null && expectation.objective.during !== undefined;
  return isShare && seenOf(count) > 0 ? `${reason} ${saySoFar(count)}` : reason;
};
const TRIPS: readonly ReasonCode[] = ["guardrail", "guardrail-blind"];
const MET_NOT: readonly ReasonCode[] = ["expectation", "not-recovered", "broke-without-fault", "baseline-not-steady"];

/** The report of a journal so far; null: even the first record is absent. */
export const reportOfJournal = (records: readonly JournalRecord[]): RunReport | null => {
  const [first] = records;
  const run = foldJournal(records);
  if (run === null || first?.entry.kind !== "created") return null;
  return reportOf(run, first.entry.created, { startedAt: new Date(first.wallMs).toISOString() });
};
