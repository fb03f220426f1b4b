/** What agents counted for the expectations of one run: cumulative counts by boot → tallies of what is new. */
import type { Watch, WatchCount } from "../../agent/contract/index.ts";
import type { Phase } from "../../experiments/model/experiment.ts";
import type { Boot, EdgeId, ExpectationName, RunId } from "../../experiments/model/names.ts";
import type { BadSample, Tally } from "../../experiments/model/tally.ts";
import type { Clock } from "../clock.ts";
import { reasonOf } from "./reason.ts";

const FIRST_BAD = 5;
/** Beyond the time an exchange may take: two pulses, in which its count reaches the server. */
const TELLING_MS = 2_500;

interface CountedProbe {
  readonly name: ExpectationName;
  readonly watches: readonly Omit<Watch, "id">[];
  /** How long an exchange may be open before it is bad. */
  readonly timeoutMs: number;
}
/** One watch on one agent, as last told. */
interface Told {
  readonly good: number;
  readonly bad: number;
  readonly open: number;
  readonly shown: number;
  /** Generation that the agent held when it told. */
  readonly gen: number;
}
const UNTOLD: Told = { good: 0, bad: 0, open: 0, shown: 0, gen: -1 };

/** Where a watch of this expectation in this phase is counted. `index`: one for each edge that the probe means. */
const watchId = (run: RunId, name: ExpectationName, phase: Phase, index: number) =>
  `${run}/${name}/${phase}${index === 0 ? "" : `/${index}`}`;

export interface CountedConfig {
  readonly clock: Clock;
  readonly startedMs: number;
  readonly run: RunId;
  readonly probes: readonly CountedProbe[];
  /** Taken out of every reason. */
  readonly secrets: readonly string[];
  /** Agents whose word on an edge is waited for: connected, the run's own, and serving it. */
  readonly speaking: (edge: EdgeId) => readonly Boot[];
  /** The newest generation sent to an agent. */
  readonly sentGen: (boot: Boot) => number;
}

export class Counted {
  readonly #config: CountedConfig;
  readonly #told = new Map<Boot, Map<string, Told>>();
  /** When each watch was first listed, run ms: exemplars count from there. */
  readonly #listedMs = new Map<string, number>();
  #tallies: Tally[] = [];
  #lastMs = new Map<string, number>();
  #settling: { readonly ready: () => boolean; readonly done: () => void }[] = [];

  constructor(config: CountedConfig) {
    this.#config = config;
  }

  /** Watches that agents hold from now on; `counts`: whether an expectation's samples count at this moment. */
  watches(phase: Phase | null, counts: (name: ExpectationName) => boolean = () => true): Watch[] {
    if (phase === null) return [];
    const each = this.#each(phase).filter(({ name }) => counts(name));
    return each.map(({ id, watch }) => {
      if (!this.#listedMs.has(id)) this.#listedMs.set(id, this.#nowMs());
      return { id, ...watch };
    });
  }
  #each(phase: Phase) {
    const { run, probes } = this.#config;
    return probes.flatMap(({ name, watches, timeoutMs }) =>
      watches.map((watch, index) => ({ id: watchId(run, name, phase, index), name, phase, watch, timeoutMs })),
    );
  }
  #nowMs(): number {
    return this.#config.clock.nowMs() - this.#config.startedMs;
  }

  heard(boot: Boot, counts: readonly WatchCount[], gen: number): void {
    const phases: readonly Phase[] = ["baseline", "during", "recovery"];
    const known = new Map(phases.flatMap((phase) => this.#each(phase)).map((each) => [each.id, each]));
    const told = this.#told.get(boot) ?? new Map<string, Told>();
    this.#told.set(boot, told);
    for (const count of counts) {
      const each = known.get(count.id);
      if (each === undefined) continue;
      const before = told.get(count.id) ?? UNTOLD;
      // A message that was overtaken on its way tells nothing new.
      if (count.good < before.good || count.bad < before.bad) continue;
      told.set(count.id, { ...count, shown: count.firstBad.length, gen });
      this.#add(each, count, before);
    }
    this.#look();
  }

  #add({ name, phase, id }: { name: string; phase: Phase; id: string }, count: WatchCount, before: Told): void {
    const [good, bad] = [count.good - before.good, count.bad - before.bad];
    const toMs = this.#nowMs();
    const fromMs = this.#lastMs.get(id) ?? this.#listedMs.get(id) ?? toMs;
    this.#lastMs.set(id, toMs);
    if (good + bad === 0) return;
    const listedMs = this.#listedMs.get(id) ?? fromMs;
    const firstBad: BadSample[] = count.firstBad
      .slice(before.shown, FIRST_BAD)
      .map((sample) => ({ ...sample, why: reasonOf(sample.why, this.#config.secrets), atMs: listedMs + sample.atMs }));
    this.#tallies.push({ of: name, phase, fromMs, toMs, good, bad, errored: 0, firstBad });
  }

  take(): Tally[] {
    const tallies = this.#tallies;
    this.#tallies = [];
    return tallies;
  }

  /**
   * Resolves once every agent has told, under a set that lists `phase` no more, that nothing of it is open. What is
   * still open when its time is over counts as bad: an exchange that never ends must not look like none.
   */
  async settle(phase: Phase): Promise<void> {
    const each = this.#each(phase);
    if (each.length === 0) return;
    const { clock, speaking, sentGen } = this.#config;
    const gens = new Map(each.flatMap(({ watch }) => speaking(watch.edge)).map((boot) => [boot, sentGen(boot)]));
    const ready = () =>
      each.every(({ id, watch }) =>
        speaking(watch.edge).every((boot) => {
          const told = this.#told.get(boot)?.get(id);
          // Who came after the phase was over was never asked to count it.
          if (told === undefined && !gens.has(boot)) return true;
          return told !== undefined && told.open === 0 && told.gen >= (gens.get(boot) ?? 0);
        }),
      );
    await new Promise<void>((done) => {
      const lastMs = clock.nowMs() + Math.max(...each.map(({ timeoutMs }) => timeoutMs)) + TELLING_MS;
      const alarm = clock.wake(lastMs, done);
      const settled = () => {
        alarm.cancel();
        done();
      };
      this.#settling.push({ ready, done: settled });
      this.#look();
    });
    for (const one of each) this.#countOpen(one);
  }
  #look(): void {
    const done = this.#settling.filter(({ ready }) => ready());
    this.#settling = this.#settling.filter((settling) => !done.includes(settling));
    for (const settling of done) settling.done();
  }
  #countOpen({ id, name, phase, timeoutMs }: { id: string; name: string; phase: Phase; timeoutMs: number }): void {
    const toMs = this.#nowMs();
    for (const told of this.#told.values()) {
      const { open = 0, good = 0, bad = 0 } = told.get(id) ?? {};
      if (open === 0) continue;
      // Counted once: should they end after all, they have been told.
      told.set(id, { ...told.get(id)!, good: good + open, bad: bad + open, open: 0 });
      const why = `${open} without an end after ${timeoutMs} ms`;
      const fromMs = this.#lastMs.get(id) ?? toMs;
      this.#tallies.push({
        of: name,
        phase,
        fromMs,
        toMs,
        good: 0,
        bad: open,
        errored: 0,
        firstBad: [{ atMs: fromMs, why }],
      });
    }
  }
}
