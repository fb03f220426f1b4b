/** Monitor of a run: probes, guardrails, and the agents' counts. */

import type { WatchCount } from "../../../agent/contract/index.ts";
import type { Guardrail } from "../../../experiments/model/experiment/experiment.ts";
import type { Phase } from "../../../experiments/model/experiment/phase.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import type { AgentBoot, EdgeId, ExpectationName } from "../../../experiments/model/names.ts";
import type { Plan, PlannedExpectation } from "../../../experiments/model/plan/plan.ts";
import { pathOf } from "../../../experiments/model/plan/probe-path.ts";
import { paceOf } from "../../../experiments/model/probes/probe.ts";
import type { Windows } from "../../../experiments/model/run/effect.ts";
import type { UnstampedEvent } from "../../../experiments/model/run/event.ts";
import type { ExposureCount } from "../../../experiments/model/verdict/exposure.ts";
import type { Facts } from "../../../experiments/model/verdict/facts.ts";
import { leastHoldMsIn } from "../../../experiments/model/verdict/least-hold.ts";
import { type Alarm, type Clock, every } from "../../clock.ts";
import type { RunMark } from "../../fleet/desired-state.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import type { PulseMarks } from "../../fleet/registered-run.ts";
import type { ActiveSource, OpenProbe, ProbeSource, SampleMark, ThreadedSource } from "../../probes/probe.ts";
import { Sampler } from "../../probes/sampler.ts";
import type { SamplerControl, SamplerListener, SampleSettings } from "../../probes/sampler-control.ts";
import type { SentSample } from "../../probes/sent-sample.ts";
import { TreatmentFilter } from "../../probes/treatment-filter.ts";
import { WatchCounts } from "../../probes/watch-counts.ts";
import type { ObservedRun } from "../../traffic/observed-run.ts";
import { EdgeTrafficRecorder } from "./edge-traffic-recorder.ts";
import { ExposureTracker } from "./exposure-tracker.ts";
import { isSought, sampleMarkOf } from "./run-mark.ts";
import { findUnpassedEdges, REPORTED_WITHIN_MS } from "./unpassed-edges.ts";

const TALLY_MS = 1_000;
/** A cap ends the counting when reached: finer tallies lose less of the time before. */
const CAPPED_TALLY_MS = 100;
/** Wait after the last answer of a phase: two pulses, in which agents report the samples that were hit. */
const MARKS_MS = 2_500;
/**
 * Limits of the baseline's spread: a sample leaves up to this long after the sample's slot. The spread is the sampling
 * pace, and at least the time that a busy machine takes to bring a sample to a faulted edge. The last sample prolongs
 * the run by no more.
 */
const SPREAD_MS = { least: 100, most: 250 };
/** Timeout of a guardrail that sets none. A guardrail samples once a second by default. */
const GUARD_TIMEOUT_MS = 5_000;

export interface RunMonitorConfig {
  readonly clock: Clock;
  readonly startedMs: number;
  readonly plan: Plan;
  readonly mesh: Mesh;
  readonly fleet: Fleet;
  readonly openProbe: OpenProbe;
  /** All runs of the server. */
  readonly runs: () => readonly ObservedRun[];
  readonly secrets: readonly string[];
  /** Mark of the run's samples; null: the samples carry no mark. */
  readonly mark: RunMark | null;
  /** Time spans of the run's phases, as known so far. */
  readonly spans: () => Facts["spans"];
  readonly agents: () => Facts["agents"];
  readonly post: (happening: UnstampedEvent) => void;
  /** Takes an internal error in sampling; the error ends the run. */
  readonly fail: (error: unknown) => void;
}

export class RunMonitor {
  readonly #config: RunMonitorConfig;
  readonly #expectations: readonly OpenedProbe<PlannedExpectation>[];
  readonly #guardrails: readonly OpenedProbe<Guardrail>[];
  readonly #samplers: { readonly name: ExpectationName; readonly sampler: SamplerControl }[] = [];
  readonly #guards: SamplerControl[] = [];
  readonly #counted: WatchCounts;
  readonly #exposure: ExposureTracker;
  /** Samplers by the place of the expectation. */
  readonly #sent = new Map<number, { readonly sampler: SamplerControl; readonly grouped: TreatmentFilter | null }>();
  #untold: { readonly isTold: () => boolean; readonly done: () => void }[] = [];
  readonly #passing: EdgeTrafficRecorder;
  #telling: Alarm = { cancel() {} };
  #listing: Alarm = { cancel() {} };
  /** Begin of the baseline, server clock; 0: no baseline yet. */
  #baselineFromMs = 0;
  #warning: Alarm = { cancel() {} };
  /** Mesh with the present instances, where these are others than the plan's; null: the plan's. */
  #present: Mesh | null = null;

  /** Opens all sources. Rejects when a source cannot be opened: a name that the mesh does not have. */
  static async open(config: RunMonitorConfig): Promise<RunMonitor> {
    const { plan } = config;
    const marks = plan.expectations.map((asked, index) => sampleMarkOf(config.mark, asked, index));
    const opening = [...plan.expectations, ...plan.guardrails].map(async (asked, index) => ({
      asked,
      source: await openOf(config, asked, marks[index] ?? null),
    }));
    const settled = await Promise.allSettled(opening);
    const opened = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const refused = settled.find((each) => each.status === "rejected");
    if (refused !== undefined) {
      await Promise.allSettled(opened.map(({ source }) => closed(source)));
      throw refused.reason;
    }
    const count = plan.expectations.length;
    return new RunMonitor(
      config,
      opened.slice(0, count) as OpenedProbe<PlannedExpectation>[],
      opened.slice(count) as OpenedProbe<Guardrail>[],
    );
  }
  private constructor(
    config: RunMonitorConfig,
    expectations: readonly OpenedProbe<PlannedExpectation>[],
    guardrails: readonly OpenedProbe<Guardrail>[],
  ) {
    this.#config = config;
    const { plan, clock, startedMs, fleet, secrets } = config;
    this.#expectations = expectations;
    this.#guardrails = guardrails;
    this.#passing = new EdgeTrafficRecorder({ ...config, counts: fleet.traffic });
    const isPartial = () => fleet.markSupport(plan.run).isPartial;
    const isDrawn = () => fleet.markSupport(plan.run).isDrawn;
    const sought = new Set(
      plan.expectations.flatMap((asked, index) => (isSought(config.mark, asked, index) ? [index] : [])),
    );
    const instanceOf = (boot: AgentBoot) => config.agents().find((agent) => agent.boot === boot)?.instance;
    this.#exposure = new ExposureTracker({ plan, startedMs, sought, isPartial, isDrawn, instanceOf });
    this.#counted = new WatchCounts({
      ...{ clock, startedMs, secrets },
      run: plan.run,
      probes: this.#expectations.flatMap(({ asked: { name, timeoutMs }, source }) =>
        source.kind === "watched" ? [{ name, watches: source.watches, timeoutMs }] : [],
      ),
      struck: new Set(plan.faults.flatMap(({ targets }) => targets.map(({ edge }) => edge))),
      reportingAgents: (edge) => fleet.connectedAgents(plan.run, edge),
      sentGen: (boot) => fleet.sentGen(boot),
    });
  }

  /** Starts sampling; samples count only once a phase is observed. */
  start(): void {
    const { plan, clock, startedMs, secrets, fail } = this.#config;
    const onTallies = () => this.#tell();
    for (const [index, { asked, source }] of this.#expectations.entries()) {
      const { name, good, pace, timeoutMs, times } = asked;
      const capture = asked.capture === true;
      if (source.kind === "watched" || pace === null) continue;
      const grouped = this.#groupOf(asked, index);
      const config = {
        ...{ startedMs, name, good, capture, secrets, pace, timeoutMs },
        ...(plan.limits.requests === null ? {} : { bucketMs: CAPPED_TALLY_MS }),
        ...(grouped === null ? {} : { awaitsTreatment: true }),
        leastHoldMs: leastHoldMsIn(plan, asked),
        ...(times === undefined || times.reachMs === 0 ? {} : { reachMs: times.reachMs }),
        ...this.#spreadOf(asked, index),
      };
      const sampler = this.#sample(source, config, { fail, onTallies });
      this.#samplers.push({ name, sampler });
      this.#sent.set(index, { sampler, grouped });
    }
    for (const { asked, source } of this.#guardrails) this.#guard(asked, source);
    if (this.#present !== null) this.readdress(this.#present);
    this.#telling = every(clock, TALLY_MS, () => this.#tell());
    this.#passing.start();
  }
  /** Lets the probes of services address the instances of this mesh from the next sample on. */
  readdress(mesh: Mesh): void {
    this.#present = mesh;
    for (const sampler of [...this.#samplers.map((each) => each.sampler), ...this.#guards]) sampler.readdress(mesh);
  }
  /** Filter for a probe that judges only some samples; null: every sample is judged, whether or not a fault hit. */
  #groupOf({ name, probe }: PlannedExpectation, index: number): TreatmentFilter | null {
    const { kind, params } = probe;
    if (kind !== "http" || params.of === undefined || params.of === "all") return null;
    const isTreated = (sample: SentSample) => this.#exposure.isTreated(index, sample, this.#config.spans());
    return new TreatmentFilter({ name, of: params.of, startedMs: this.#config.startedMs, isTreated });
  }
  /** Spread of baseline samples that are searched for by send time. */
  #spreadOf(asked: PlannedExpectation, index: number): Pick<SampleSettings, "spreadMs"> {
    const { pace, probe } = asked;
    return pace !== null && probe.kind === "http" && isSought(this.#config.mark, asked, index)
      ? { spreadMs: Math.min(Math.max(pace.everyMs, SPREAD_MS.least), SPREAD_MS.most) }
      : {};
  }
  #guard({ name, probe, good, ...rest }: Guardrail, source: ProbeSource): void {
    const capture = rest.capture === true;
    // Guardrails on counted traffic are refused by the parser: a halt must not wait for an agent to report a count.
    if (source.kind === "watched") return;
    const { startedMs, secrets, post, fail } = this.#config;
    const pace = paceOf(probe.params as Parameters<typeof paceOf>[0]);
    const timeoutMs = "timeout" in probe.params ? probe.params.timeout : GUARD_TIMEOUT_MS;
    const onSample = (outcome: "good" | "bad" | "errored", why: string) =>
      post({ type: "guarded", guardrail: name, outcome, why });
    const config = { startedMs, name, good, capture, secrets, pace, timeoutMs };
    this.#guards.push(this.#sample(source, config, { fail, onSample }));
  }
  #sample(source: ActiveSource | ThreadedSource, config: SampleSettings, listener: SamplerListener): SamplerControl {
    const { clock } = this.#config;
    return source.kind === "threaded"
      ? source.startSampler(config, listener)
      : new Sampler({ ...config, ...listener, clock, source });
  }

  observe(phase: Phase | null, windows: Windows = {}): void {
    this.#passing.observe(phase);
    const { startedMs, clock } = this.#config;
    // The same moment for all samplers: messages to the prober's thread may be delayed.
    const fromMs = clock.nowMs();
    if (phase === "baseline") this.#baselineFromMs = fromMs;
    for (const { sampler, name } of this.#samplers) {
      const own = windows[name]?.map((part) => ({ fromMs: part.fromMs + startedMs, toMs: part.toMs + startedMs }));
      sampler.observe(phase, fromMs, own);
    }
    this.#listing.cancel();
    this.#list(phase, windows);
  }
  /**
   * Sends agents the current watch list. Agents count exchanges that begin while listed, so the list is sent anew at
   * each edge of a window.
   */
  #list(phase: Phase | null, windows: Windows): void {
    const { fleet, plan, clock, startedMs } = this.#config;
    const nowMs = clock.nowMs() - startedMs;
    const counts = (name: ExpectationName) =>
      windows[name]?.some(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs) ?? true;
    fleet.watch(plan.run, this.#counted.watches(phase, counts));
    const edges = this.#expectations
      .filter(({ source }) => source.kind === "watched")
      .flatMap(({ asked: { name } }) => windows[name] ?? [])
      .flatMap(({ fromMs, toMs }) => [fromMs, toMs])
      .filter((ms) => ms > nowMs);
    if (phase === null || edges.length === 0) return;
    this.#listing = clock.wake(startedMs + Math.min(...edges), () => this.#list(phase, windows));
  }
  receiveCounts(boot: AgentBoot, counts: readonly WatchCount[], gen: number): void {
    this.#counted.receive(boot, counts, gen);
  }
  /**
   * An agent stood still in that time (server clock); reported up to 2 s later. See `SamplerControl.stalled`. `beside`:
   * edges of an agent that has no part in the run but delayed samples on a path across those edges.
   */
  stalled(fromMs: number, toMs: number, beside: readonly EdgeId[] | null): void {
    const { plan, mesh } = this.#config;
    for (const [index, { name, probe }] of plan.expectations.entries()) {
      if (beside !== null && Object.keys(pathOf(probe, mesh, beside)).length === 0) continue;
      this.#samplers.find((each) => each.name === name)?.sampler.stalled(fromMs, toMs);
      this.#counted.stalled(name, fromMs, toMs);
      this.#exposure.stalled(index, fromMs, toMs);
    }
  }
  /** Takes an agent's sightings and hits of the run's samples. */
  receiveMarks(boot: AgentBoot, heard: PulseMarks): void {
    this.#exposure.heard(boot, heard);
    const told = this.#untold.filter(({ isTold }) => isTold());
    this.#untold = this.#untold.filter((one) => !told.includes(one));
    for (const { done } of told) done();
  }
  /** Posts `settled` once every sample sent in the phase is known and posted. */
  async settle(phase: Phase): Promise<void> {
    await Promise.all([...this.#samplers.map(({ sampler }) => sampler.settle(phase)), this.#counted.settle(phase)]);
    if (phase !== "recovery") await this.#settleMarks(phase);
    this.#tell(Number.POSITIVE_INFINITY);
    if (phase !== "recovery") this.#exposure.close(phase);
    if (phase === "baseline") this.#warnOfUnpassed();
    this.#config.post({ type: "settled", phase });
  }
  /**
   * Resolves once every agent asked for marks has reported all samples up to the last answer, or the time for that is
   * over.
   */
  async #settleMarks(phase: ExposureCount["phase"]): Promise<void> {
    const { clock } = this.#config;
    this.#takeSent();
    const lastMs = this.#exposure.lastAnswerMs(phase);
    const isTold = () => this.#toldUntilMs() >= lastMs;
    if (lastMs === Number.NEGATIVE_INFINITY || isTold()) return;
    await new Promise<void>((resolve) => {
      const alarm = clock.wake(clock.nowMs() + MARKS_MS, () => {
        this.#untold = this.#untold.filter((one) => one.isTold !== isTold);
        if (!isTold()) this.#exposure.isMissing();
        resolve();
      });
      const done = () => {
        alarm.cancel();
        resolve();
      };
      this.#untold.push({ isTold, done });
    });
  }
  /** Server clock: every agent asked for marks has reported all sightings and hits up to then. */
  #toldUntilMs(): number {
    const { fleet, plan } = this.#config;
    return Math.min(...fleet.markSupport(plan.run).telling.map((boot) => this.#exposure.toldUntilMs(boot)));
  }
  #takeSent(): void {
    for (const [index, { sampler, grouped }] of this.#sent) {
      const samples = sampler.takeSent();
      this.#exposure.sent(index, samples);
      grouped?.add(samples);
    }
  }
  /**
   * Warns of unpassed edges at the end of the baseline, or as soon after as agents have reported the whole baseline.
   */
  #warnOfUnpassed(): void {
    const { clock } = this.#config;
    const dueMs = this.#baselineFromMs + REPORTED_WITHIN_MS;
    if (clock.nowMs() >= dueMs) this.#postUnpassed();
    else this.#warning = clock.wake(dueMs, () => this.#postUnpassed());
  }
  #postUnpassed(): void {
    const { clock, plan, mesh, fleet, post } = this.#config;
    const edges = findUnpassedEdges(plan, mesh, fleet.traffic, clock.nowMs() - this.#baselineFromMs);
    if (edges.length > 0) post({ type: "unpassed", edges });
  }
  #tell(untilMs = this.#toldUntilMs()): void {
    this.#takeSent();
    const counts = this.#exposure.take(this.#config.spans(), untilMs);
    if (counts.length > 0) this.#config.post({ type: "exposed", counts });
    const grouped = [...this.#sent.values()].flatMap((each) => each.grouped?.take(untilMs) ?? []);
    const tallies = [...this.#samplers.flatMap(({ sampler }) => sampler.take()), ...grouped, ...this.#counted.take()];
    if (tallies.length > 0) this.#config.post({ type: "tallied", tallies });
  }
  async stop(): Promise<void> {
    this.#telling.cancel();
    this.#passing.stop();
    this.#listing.cancel();
    this.#warning.cancel();
    this.#counted.stop();
    const samplers = [...this.#samplers.map(({ sampler }) => sampler), ...this.#guards];
    const sources = [...this.#expectations, ...this.#guardrails].map(({ source }) => source);
    await Promise.all(samplers.length > 0 ? samplers.map((sampler) => sampler.stop()) : sources.map(closed));
  }
}

/** An expectation or guardrail, and the source that was opened for its probe. */
interface OpenedProbe<Asked> {
  readonly asked: Asked;
  readonly source: ProbeSource;
}
const openOf = (
  { clock, mesh, fleet, openProbe }: RunMonitorConfig,
  { probe, good, capture }: Pick<Guardrail, "probe" | "good" | "capture">,
  mark: SampleMark | null,
) => openProbe(probe, { clock, mesh, good, capture: capture === true, traffic: fleet.traffic, mark });
const closed = async (source: ProbeSource): Promise<void> => {
  if (source.kind !== "watched") await source.close();
};
