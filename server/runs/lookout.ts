/** Everything that looks on behalf of one run: its probes, its guardrails, and what the agents count for it. */
import type { WatchCount } from "../../agent/contract/index.ts";
import type { Guardrail, Phase } from "../../experiments/model/experiment.ts";
import type { Mesh } from "../../experiments/model/mesh.ts";
import type { Boot, ExpectationName } from "../../experiments/model/names.ts";
import type { Plan, PlannedExpectation } from "../../experiments/model/plan.ts";
import { paceOf } from "../../experiments/model/probes/probe.ts";
import type { Windows } from "../../experiments/model/run/effect.ts";
import { type Alarm, type Clock, every } from "../clock.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { Counted } from "../probes/counted.ts";
import type { ActiveSource, OpenSource, Source, ThreadedSource } from "../probes/probe.ts";
import { Sampler } from "../probes/sampler.ts";
import type { Sampling, SamplingConfig, SamplingListener } from "../probes/sampling.ts";
import type { Happening } from "./happening.ts";
import { TOLD_WITHIN_MS, unpassedOf } from "./unpassed.ts";

const TALLY_MS = 1_000;
/** A cap ends the counting at the moment it is reached: finer tallies lose less of what came before. */
const CAPPED_TALLY_MS = 100;
/** A guardrail looks once a second unless it says otherwise, and waits so long for an answer. */
const GUARD_TIMEOUT_MS = 5_000;

export interface LookoutConfig {
  readonly clock: Clock;
  readonly startedMs: number;
  readonly plan: Plan;
  readonly mesh: Mesh;
  readonly fleet: Fleet;
  readonly openSource: OpenSource;
  readonly secrets: readonly string[];
  readonly post: (happening: Happening) => void;
  /** Takes an error of the server's own in looking; it ends the run. */
  readonly fail: (error: unknown) => void;
}

export class Lookout {
  readonly #config: LookoutConfig;
  readonly #expectations: readonly Opened<PlannedExpectation>[];
  readonly #guardrails: readonly Opened<Guardrail>[];
  readonly #samplers: { readonly name: ExpectationName; readonly sampler: Sampling }[] = [];
  readonly #guards: Sampling[] = [];
  readonly #counted: Counted;
  #telling: Alarm = { cancel() {} };
  #listing: Alarm = { cancel() {} };
  /** Server clock; 0: no baseline yet. */
  #baselineFromMs = 0;
  #warning: Alarm = { cancel() {} };

  /** Rejects when a source cannot be opened: a name that the mesh does not have. */
  static async open(config: LookoutConfig): Promise<Lookout> {
    const { plan } = config;
    const opening = [...plan.expectations, ...plan.guardrails].map(async (asked) => ({
      asked,
      source: await openOf(config, asked),
    }));
    const settled = await Promise.allSettled(opening);
    const opened = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    const refused = settled.find((each) => each.status === "rejected");
    if (refused !== undefined) {
      await Promise.allSettled(opened.map(({ source }) => closed(source)));
      throw refused.reason;
    }
    const count = plan.expectations.length;
    return new Lookout(
      config,
      opened.slice(0, count) as Opened<PlannedExpectation>[],
      opened.slice(count) as Opened<Guardrail>[],
    );
  }
  private constructor(
    config: LookoutConfig,
    expectations: readonly Opened<PlannedExpectation>[],
    guardrails: readonly Opened<Guardrail>[],
  ) {
    this.#config = config;
    const { plan, clock, startedMs, fleet, secrets } = config;
    this.#expectations = expectations;
    this.#guardrails = guardrails;
    this.#counted = new Counted({
      ...{ clock, startedMs, secrets },
      run: plan.run,
      probes: this.#expectations.flatMap(({ asked: { name, timeoutMs }, source }) =>
        source.kind === "counted" ? [{ name, watches: source.watches, timeoutMs }] : [],
      ),
      struck: new Set(plan.faults.flatMap(({ targets }) => targets.map(({ edge }) => edge))),
      speaking: (edge) => fleet.speaking(plan.run, edge),
      sentGen: (boot) => fleet.sentGen(boot),
    });
  }

  /** Begins to look; samples count only once a phase is observed. */
  start(): void {
    const { plan, clock, startedMs, secrets, fail } = this.#config;
    const onTallies = () => this.#tell();
    for (const { asked, source } of this.#expectations) {
      const { name, good, pace, timeoutMs } = asked;
      const capture = asked.capture === true;
      if (source.kind === "counted" || pace === null) continue;
      const looks = { startedMs, name, good, capture, secrets, pace, timeoutMs };
      const config = plan.limits.requests === null ? looks : { ...looks, bucketMs: CAPPED_TALLY_MS };
      this.#samplers.push({ name, sampler: this.#sample(source, config, { fail, onTallies }) });
    }
    for (const { asked, source } of this.#guardrails) this.#guard(asked, source);
    this.#telling = every(clock, TALLY_MS, () => this.#tell());
  }
  #guard({ name, probe, good, ...rest }: Guardrail, source: Source): void {
    const capture = rest.capture === true;
    // Guardrails on counted traffic are refused by the parser: a halt may not hang on when a count is told.
    if (source.kind === "counted") return;
    const { startedMs, secrets, post, fail } = this.#config;
    const pace = paceOf(probe.params as Parameters<typeof paceOf>[0]);
    const timeoutMs = "timeout" in probe.params ? probe.params.timeout : GUARD_TIMEOUT_MS;
    const onLook = (outcome: "good" | "bad" | "errored", why: string) =>
      post({ type: "guarded", guardrail: name, outcome, why });
    const config = { startedMs, name, good, capture, secrets, pace, timeoutMs };
    this.#guards.push(this.#sample(source, config, { fail, onLook }));
  }
  #sample(source: ActiveSource | ThreadedSource, config: SamplingConfig, listener: SamplingListener): Sampling {
    const { clock } = this.#config;
    return source.kind === "threaded"
      ? source.sample(config, listener)
      : new Sampler({ ...config, ...listener, clock, source });
  }

  observe(phase: Phase | null, windows: Windows = {}): void {
    const { startedMs, clock } = this.#config;
    // The same moment for all: messages to the prober's thread may arrive later than they were sent.
    const fromMs = clock.nowMs();
    if (phase === "baseline") this.#baselineFromMs = fromMs;
    for (const { sampler, name } of this.#samplers) {
      const own = windows[name]?.map((part) => ({ fromMs: part.fromMs + startedMs, toMs: part.toMs + startedMs }));
      sampler.observe(phase, fromMs, own);
    }
    this.#listing.cancel();
    this.#list(phase, windows);
  }
  /** Agents count what begins while they are told to: they are told anew at each edge of a window. */
  #list(phase: Phase | null, windows: Windows): void {
    const { fleet, plan, clock, startedMs } = this.#config;
    const nowMs = clock.nowMs() - startedMs;
    const counts = (name: ExpectationName) =>
      windows[name]?.some(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs) ?? true;
    fleet.watch(plan.run, this.#counted.watches(phase, counts));
    const edges = this.#expectations
      .filter(({ source }) => source.kind === "counted")
      .flatMap(({ asked: { name } }) => windows[name] ?? [])
      .flatMap(({ fromMs, toMs }) => [fromMs, toMs])
      .filter((ms) => ms > nowMs);
    if (phase === null || edges.length === 0) return;
    this.#listing = clock.wake(startedMs + Math.min(...edges), () => this.#list(phase, windows));
  }
  heard(boot: Boot, counts: readonly WatchCount[], gen: number): void {
    this.#counted.heard(boot, counts, gen);
  }
  /** An agent of the run stood still in that time, server clock; told up to 2 s later. See `Sampling.stalled`. */
  stalled(fromMs: number, toMs: number): void {
    for (const { sampler } of this.#samplers) sampler.stalled(fromMs, toMs);
  }
  /** Every sample sent in the phase is known and told; then `settled` is posted. */
  async settle(phase: Phase): Promise<void> {
    await Promise.all([...this.#samplers.map(({ sampler }) => sampler.settle(phase)), this.#counted.settle(phase)]);
    this.#tell();
    if (phase === "baseline") this.#warnOfUnpassed();
    this.#config.post({ type: "settled", phase });
  }
  /** At the end of the baseline, or as soon after as agents have told of it all. */
  #warnOfUnpassed(): void {
    const { clock } = this.#config;
    const dueMs = this.#baselineFromMs + TOLD_WITHIN_MS;
    if (clock.nowMs() >= dueMs) this.#postUnpassed();
    else this.#warning = clock.wake(dueMs, () => this.#postUnpassed());
  }
  #postUnpassed(): void {
    const { clock, plan, mesh, fleet, post } = this.#config;
    const edges = unpassedOf(plan, mesh, fleet.traffic, clock.nowMs() - this.#baselineFromMs);
    if (edges.length > 0) post({ type: "unpassed", edges });
  }
  #tell(): void {
    const tallies = [...this.#samplers.flatMap(({ sampler }) => sampler.take()), ...this.#counted.take()];
    if (tallies.length > 0) this.#config.post({ type: "tallied", tallies });
  }
  async stop(): Promise<void> {
    this.#telling.cancel();
    this.#listing.cancel();
    this.#warning.cancel();
    const samplers = [...this.#samplers.map(({ sampler }) => sampler), ...this.#guards];
    const sources = [...this.#expectations, ...this.#guardrails].map(({ source }) => source);
    await Promise.all(samplers.length > 0 ? samplers.map((sampler) => sampler.stop()) : sources.map(closed));
  }
}

/** An expectation or guardrail, and the source that was opened for it. */
interface Opened<Asked> {
  readonly asked: Asked;
  readonly source: Source;
}
const openOf = (
  { clock, mesh, fleet, openSource }: LookoutConfig,
  { probe, good, capture }: Pick<Guardrail, "probe" | "good" | "capture">,
) => openSource(probe, { clock, mesh, good, capture: capture === true, traffic: fleet.traffic });
const closed = async (source: Source): Promise<void> => {
  if (source.kind !== "counted") await source.close();
};
