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
import type { OpenSource, Source } from "../probes/probe.ts";
import { Sampler } from "../probes/sampler.ts";
import { Passing } from "../traffic/passing.ts";
import type { UnderWay } from "../traffic/under-way.ts";
import type { Happening } from "./happening.ts";

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
  /** All runs of the server. */
  readonly runs: () => readonly UnderWay[];
  readonly secrets: readonly string[];
  readonly post: (happening: Happening) => void;
  /** Takes an error of the server's own in looking; it ends the run. */
  readonly fail: (error: unknown) => void;
}

export class Lookout {
  readonly #config: LookoutConfig;
  readonly #expectations: readonly { readonly asked: PlannedExpectation; readonly source: Source }[];
  readonly #guardrails: readonly { readonly asked: Guardrail; readonly source: Source }[];
  readonly #samplers: { readonly name: ExpectationName; readonly sampler: Sampler }[] = [];
  readonly #guards: Sampler[] = [];
  readonly #counted: Counted;
  readonly #passing: Passing;
  #telling: Alarm = { cancel() {} };
  #listing: Alarm = { cancel() {} };

  /** Throws when a source cannot be opened: a name that the mesh does not have. */
  constructor(config: LookoutConfig) {
    this.#config = config;
    const { plan, clock, startedMs, fleet, secrets } = config;
    this.#passing = new Passing({ ...config, counts: fleet.traffic });
    this.#expectations = plan.expectations.map((asked) => ({ asked, source: this.#open(asked) }));
    this.#guardrails = plan.guardrails.map((asked) => ({ asked, source: this.#open(asked) }));
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
  #open({ probe, good, capture }: Pick<Guardrail, "probe" | "good" | "capture">): Source {
    const { clock, mesh, fleet, openSource } = this.#config;
    return openSource(probe, { clock, mesh, good, capture: capture === true, traffic: fleet.traffic });
  }

  /** Begins to look; samples count only once a phase is observed. */
  start(): void {
    const { plan, clock, startedMs, secrets, fail } = this.#config;
    for (const { asked, source } of this.#expectations) {
      const { name, good, pace, timeoutMs } = asked;
      const capture = asked.capture === true;
      if (source.kind === "counted" || pace === null) continue;
      const looks = { clock, startedMs, name, source, good, capture, secrets, pace, timeoutMs, fail };
      const sampler = new Sampler({
        ...looks,
        ...(plan.limits.requests === null ? {} : { bucketMs: CAPPED_TALLY_MS }),
      });
      this.#samplers.push({ name, sampler });
    }
    for (const { asked, source } of this.#guardrails) this.#guard(asked, source);
    this.#telling = every(clock, TALLY_MS, () => this.#tell());
    this.#passing.start();
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

  observe(phase: Phase | null, windows: Windows = {}): void {
    this.#passing.observe(phase);
    const { startedMs } = this.#config;
    for (const { sampler, name } of this.#samplers) {
      const own = windows[name]?.map(({ fromMs, toMs }) => ({ fromMs: fromMs + startedMs, toMs: toMs + startedMs }));
      sampler.observe(phase, own);
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
  /** Every sample sent in the phase is known and told; then `settled` is posted. */
  async settle(phase: Phase): Promise<void> {
    await Promise.all([...this.#samplers.map(({ sampler }) => sampler.settle(phase)), this.#counted.settle(phase)]);
    this.#tell();
    this.#config.post({ type: "settled", phase });
  }
  #tell(): void {
    const tallies = [...this.#samplers.flatMap(({ sampler }) => sampler.take()), ...this.#counted.take()];
    if (tallies.length > 0) this.#config.post({ type: "tallied", tallies });
  }
  async stop(): Promise<void> {
    this.#telling.cancel();
    this.#passing.stop();
    this.#listing.cancel();
    await Promise.all(
      [...this.#samplers.map(({ sampler }) => sampler), ...this.#guards].map((sampler) => sampler.stop()),
    );
  }
}
