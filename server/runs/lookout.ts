/** Everything that looks on behalf of one run: its probes, its guardrails, and what the agents count for it. */
import type { WatchCount } from "../../agent/contract/index.ts";
import type { Guardrail, Phase } from "../../experiments/model/experiment.ts";
import type { ExposureCount } from "../../experiments/model/exposure.ts";
import type { Mesh } from "../../experiments/model/mesh.ts";
import type { Boot } from "../../experiments/model/names.ts";
import type { Plan, PlannedExpectation } from "../../experiments/model/plan.ts";
import { paceOf } from "../../experiments/model/probes/probe.ts";
import type { Facts } from "../../experiments/model/run/run.ts";
import { type Alarm, type Clock, every } from "../clock.ts";
import type { HeardMarks } from "../fleet/enlisted.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { RunMark } from "../fleet/wish.ts";
import { Counted } from "../probes/counted.ts";
import { Grouped } from "../probes/grouped.ts";
import type { LookMark, OpenSource, SentSample, Source } from "../probes/probe.ts";
import { Sampler } from "../probes/sampler.ts";
import { Exposure } from "./exposure.ts";
import type { Happening } from "./happening.ts";
import { lookMarkOf } from "./run-mark.ts";

const TALLY_MS = 1_000;
/** Beyond the last answer of a phase: two pulses, in which agents tell which samples they hit. */
const MARKS_MS = 2_500;
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
  /** How its looks are marked; null: they are not. */
  readonly mark: RunMark | null;
  /** Of the run's phases, as they stand. */
  readonly spans: () => Facts["spans"];
  readonly post: (happening: Happening) => void;
  /** Takes an error of the server's own in looking; it ends the run. */
  readonly fail: (error: unknown) => void;
}

export class Lookout {
  readonly #config: LookoutConfig;
  readonly #expectations: readonly { readonly asked: PlannedExpectation; readonly source: Source }[];
  readonly #guardrails: readonly { readonly asked: Guardrail; readonly source: Source }[];
  readonly #samplers: Sampler[] = [];
  readonly #guards: Sampler[] = [];
  readonly #counted: Counted;
  readonly #exposure: Exposure;
  /** By the place of their expectation. */
  readonly #sent = new Map<number, { readonly sampler: Sampler; readonly grouped: Grouped | null }>();
  #untold: { readonly isTold: () => boolean; readonly done: () => void }[] = [];
  #telling: Alarm = { cancel() {} };

  /** Throws when a source cannot be opened: a name that the mesh does not have. */
  constructor(config: LookoutConfig) {
    this.#config = config;
    const { plan, clock, startedMs, fleet, secrets } = config;
    const marks = plan.expectations.map((asked, index) => lookMarkOf(config.mark ?? null, asked, index));
    this.#expectations = plan.expectations.map((asked, i) => ({ asked, source: this.#open(asked, marks[i]!) }));
    this.#guardrails = plan.guardrails.map((asked) => ({ asked, source: this.#open(asked, null) }));
    const isPartial = () => fleet.marking(plan.run).isPartial;
    const marked = new Set(marks.flatMap((mark) => mark?.expectation ?? []));
    this.#exposure = new Exposure({ plan, startedMs, marked, isPartial });
    this.#counted = new Counted({
      ...{ clock, startedMs, secrets },
      run: plan.run,
      probes: this.#expectations.flatMap(({ asked: { name, timeoutMs }, source }) =>
        source.kind === "counted" ? [{ name, watches: source.watches, timeoutMs }] : [],
      ),
      speaking: (edge) => fleet.speaking(plan.run, edge),
      sentGen: (boot) => fleet.sentGen(boot),
    });
  }
  #open({ probe, good, capture }: Pick<Guardrail, "probe" | "good" | "capture">, mark: LookMark | null): Source {
    const { clock, mesh, fleet, openSource } = this.#config;
    return openSource(probe, { clock, mesh, good, capture: capture === true, traffic: fleet.traffic, mark });
  }

  /** Begins to look; samples count only once a phase is observed. */
  start(): void {
    const { clock, startedMs, secrets, fail } = this.#config;
    for (const [index, { asked, source }] of this.#expectations.entries()) {
      const { name, good, pace, timeoutMs } = asked;
      const capture = asked.capture === true;
      if (source.kind === "counted" || pace === null) continue;
      const grouped = this.#groupOf(asked, index);
      const rest = grouped === null ? {} : { isGrouped: true };
      const sampler = new Sampler({
        ...{ clock, startedMs, name, source, good, capture, secrets, pace, timeoutMs, fail },
        ...rest,
      });
      this.#samplers.push(sampler);
      this.#sent.set(index, { sampler, grouped });
    }
    for (const { asked, source } of this.#guardrails) this.#guard(asked, source);
    this.#telling = every(clock, TALLY_MS, () => this.#tell());
  }
  /** null: every sample of it is judged, whatever it met. */
  #groupOf({ name, probe }: PlannedExpectation, index: number): Grouped | null {
    const { kind, params } = probe;
    if (kind !== "http" || params.of === undefined || params.of === "all") return null;
    const isTreated = (sample: SentSample) => this.#exposure.isTreated(index, sample);
    return new Grouped({ name, of: params.of, startedMs: this.#config.startedMs, isTreated });
  }
  #guard({ name, probe, good, ...rest }: Guardrail, source: Source): void {
    const capture = rest.capture === true;
    // Guardrails on counted traffic are refused by the parser: a halt may not hang on when a count is told.
    if (source.kind === "counted") return;
    const { clock, startedMs, secrets, post, fail } = this.#config;
    const pace = paceOf(probe.params as Parameters<typeof paceOf>[0]);
    const timeoutMs = "timeout" in probe.params ? probe.params.timeout : GUARD_TIMEOUT_MS;
    const onLook = (outcome: "good" | "bad" | "errored", why: string) =>
      post({ type: "guarded", guardrail: name, outcome, why });
    this.#guards.push(
      new Sampler({ ...{ clock, startedMs, name, source, good, capture, secrets }, pace, timeoutMs, fail, onLook }),
    );
  }

  observe(phase: Phase | null): void {
    for (const sampler of this.#samplers) sampler.observe(phase);
    this.#config.fleet.watch(this.#config.plan.run, this.#counted.watches(phase));
  }
  heard(boot: Boot, counts: readonly WatchCount[], gen: number): void {
    this.#counted.heard(boot, counts, gen);
  }
  /** What an agent saw and hit of the looks. */
  heardMarks(boot: Boot, heard: HeardMarks): void {
    this.#exposure.heard(boot, heard);
    const told = this.#untold.filter(({ isTold }) => isTold());
    this.#untold = this.#untold.filter((one) => !told.includes(one));
    for (const { done } of told) done();
  }
  /** Every sample sent in the phase is known and told; then `settled` is posted. */
  async settle(phase: Phase): Promise<void> {
    await Promise.all([...this.#samplers.map((sampler) => sampler.settle(phase)), this.#counted.settle(phase)]);
    if (phase !== "recovery") await this.#settleMarks(phase);
    this.#tell(Number.POSITIVE_INFINITY);
    if (phase !== "recovery") this.#exposure.close(phase);
    this.#config.post({ type: "settled", phase });
  }
  /** Once every agent that is asked for marks has told all that began before the last answer, or its time for that is over. */
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
  /** Server clock: until then every agent that is asked for marks has told what it saw and hit. */
  #toldUntilMs(): number {
    const { fleet, plan } = this.#config;
    return Math.min(...fleet.marking(plan.run).telling.map((boot) => this.#exposure.toldUntilMs(boot)));
  }
  #takeSent(): void {
    for (const [index, { sampler, grouped }] of this.#sent) {
      const samples = sampler.takeSent();
      this.#exposure.sent(index, samples);
      grouped?.add(samples);
    }
  }
  #tell(untilMs = this.#toldUntilMs()): void {
    this.#takeSent();
    const counts = this.#exposure.take(this.#config.spans(), untilMs);
    if (counts.length > 0) this.#config.post({ type: "exposed", counts });
    const grouped = [...this.#sent.values()].flatMap((each) => each.grouped?.take(untilMs) ?? []);
    const tallies = [...this.#samplers.flatMap((sampler) => sampler.take()), ...grouped, ...this.#counted.take()];
    if (tallies.length > 0) this.#config.post({ type: "tallied", tallies });
  }
  async stop(): Promise<void> {
    this.#telling.cancel();
    await Promise.all([...this.#samplers, ...this.#guards].map((sampler) => sampler.stop()));
  }
}
