/** Watch counts of a run: turns the cumulative counts of each agent into tallies of new samples. */
import type { Watch, WatchCount } from "../../agent/contract/index.ts";
import type { BadSample, Tally } from "../../experiments/model/evidence/tally.ts";
import type { Phase } from "../../experiments/model/experiment/phase.ts";
import type { AgentBoot, EdgeId, ExpectationName, RunId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import { BadCountHold } from "./bad-count-hold.ts";
import { reasonOf } from "./reason.ts";

const FIRST_BAD = 5;
/** Wait beyond an exchange's longest time: two pulses, in which the exchange's count reaches the server. */
const REPORT_WITHIN_MS = 2_500;

interface WatchProbe {
  readonly name: ExpectationName;
  readonly watches: readonly Omit<Watch, "id">[];
  /** Time for which an exchange may be open before the exchange counts as bad. */
  readonly timeoutMs: number;
}
/** Last report of an agent on a watch. */
interface WatchReport {
  readonly good: number;
  readonly bad: number;
  readonly open: number;
  readonly left: number;
  readonly struck: number;
  readonly errored: number;
  readonly unknown: number;
  /** Open exchanges that were hit by then; null: the agent does not report that number. */
  readonly openStruck: number | null;
  readonly shown: number;
  /** Generation that the agent held at the report. */
  readonly gen: number;
  /** Run time of the report; null: the agent never reported. */
  readonly reportedMs: number | null;
}
const NO_REPORT: WatchReport = {
  good: 0,
  bad: 0,
  open: 0,
  left: 0,
  struck: 0,
  errored: 0,
  unknown: 0,
  openStruck: null,
  shown: 0,
  gen: -1,
  reportedMs: null,
};

/** A watch of an expectation in a phase. */
interface PhaseWatch {
  readonly id: string;
  readonly name: ExpectationName;
  readonly phase: Phase;
  readonly watch: Omit<Watch, "id">;
  readonly timeoutMs: number;
}
/** Id of the watch that counts an expectation in a phase. `index`: a number for each edge that the probe means. */
const watchId = (run: RunId, name: ExpectationName, phase: Phase, index: number) =>
  `${run}/${name}/${phase}${index === 0 ? "" : `/${index}`}`;

export interface WatchCountsConfig {
  readonly clock: Clock;
  readonly startedMs: number;
  readonly run: RunId;
  readonly probes: readonly WatchProbe[];
  /** Secrets to remove from every reason. */
  readonly secrets: readonly string[];
  /** Agents whose report on an edge is awaited: connected, part of the run, and serving the edge. */
  readonly reportingAgents: (edge: EdgeId) => readonly AgentBoot[];
  /** Edges that faults of the run strike: on these edges the number of hit samples is counted. */
  readonly struck: ReadonlySet<EdgeId>;
  /** Newest generation sent to an agent. */
  readonly sentGen: (boot: AgentBoot) => number;
}

export class WatchCounts {
  readonly #config: WatchCountsConfig;
  readonly #reports = new Map<AgentBoot, Map<string, WatchReport>>();
  /** First listing of each watch, run ms: exemplars count from there. */
  readonly #listedMs = new Map<string, number>();
  #tallies: Tally[] = [];
  #lastMs = new Map<string, number>();
  #settling: { readonly ready: () => boolean; readonly done: () => void }[] = [];
  readonly #bad: BadCountHold;

  constructor(config: WatchCountsConfig) {
    this.#config = config;
    this.#bad = new BadCountHold(config.clock, (tally) => this.#tallies.push(tally));
  }

  /** Watches that agents hold from now on; `counts`: true if an expectation's samples count at this moment. */
  watches(phase: Phase | null, counts: (name: ExpectationName) => boolean = () => true): Watch[] {
    if (phase === null) return [];
    const each = this.#watchesOf(phase).filter(({ name }) => counts(name));
    return each.map(({ id, watch }) => {
      if (!this.#listedMs.has(id)) this.#listedMs.set(id, this.#nowMs());
      return { id, ...watch };
    });
  }
  #watchesOf(phase: Phase): readonly PhaseWatch[] {
    const { run, probes } = this.#config;
    return probes.flatMap(({ name, watches, timeoutMs }) =>
      watches.map((watch, index) => ({ id: watchId(run, name, phase, index), name, phase, watch, timeoutMs })),
    );
  }
  #nowMs(): number {
    return this.#config.clock.nowMs() - this.#config.startedMs;
  }

  receive(boot: AgentBoot, counts: readonly WatchCount[], gen: number): void {
    const phases: readonly Phase[] = ["baseline", "during", "recovery"];
    const known = new Map(phases.flatMap((phase) => this.#watchesOf(phase)).map((each) => [each.id, each]));
    const reports = this.#reports.get(boot) ?? new Map<string, WatchReport>();
    this.#reports.set(boot, reports);
    for (const count of counts) {
      const each = known.get(count.id);
      if (each === undefined) continue;
      const before = reports.get(count.id) ?? NO_REPORT;
      // A message that was overtaken on its way carries no news.
      if (count.good < before.good || count.bad < before.bad) continue;
      const { good, bad, open, left = before.left, struck = before.struck, openStruck = null } = count;
      const { errored = before.errored, unknown = before.unknown } = count;
      const counts = { good, bad, open, left, struck, errored, unknown, openStruck };
      reports.set(count.id, { ...counts, shown: count.firstBad.length, gen, reportedMs: this.#nowMs() });
      this.#add(each, count, before);
    }
    this.#look();
  }

  #add({ name, phase, id, watch, timeoutMs }: PhaseWatch, count: WatchCount, before: WatchReport): void {
    const [good, bad, left] = [
      count.good - before.good,
      count.bad - before.bad,
      (count.left ?? before.left) - before.left,
    ];
    const toMs = this.#nowMs();
    const fromMs = this.#lastMs.get(id) ?? this.#listedMs.get(id) ?? toMs;
    this.#lastMs.set(id, toMs);
    const errored = (count.errored ?? before.errored) - before.errored;
    const unknown = (count.unknown ?? before.unknown) - before.unknown;
    if (good + bad + left + errored <= 0) return;
    const listedMs = this.#listedMs.get(id) ?? fromMs;
    const struck = count.struck === undefined ? null : Math.max(0, count.struck - before.struck);
    // The split of hits between good and bad is not reported: no good sample may pass as hit without having been hit.
    const struckBad = struck === null ? null : Math.min(struck, bad);
    const span = { of: name, phase, fromMs, toMs };
    if (good + left + errored > 0)
      this.#tallies.push({
        ...{ ...span, good, bad: 0, errored, firstBad: [] },
        ...(errored > 0 &&
          count.firstErrored !== undefined && { firstErrored: reasonOf(count.firstErrored, this.#config.secrets) }),
        ...(unknown > 0 && { erroredBy: { "outcome unknown": unknown } }),
        ...(left > 0 && { left }),
        ...this.#struck(watch.edge, struck === null ? null : struck - (struckBad ?? 0)),
      });
    if (bad <= 0) return;
    const firstBad: BadSample[] = count.firstBad
      .slice(before.shown, FIRST_BAD)
      .map((sample) => ({ ...sample, why: reasonOf(sample.why, this.#config.secrets), atMs: listedMs + sample.atMs }));
    const sinceMs = before.reportedMs ?? listedMs;
    this.#hold(
      { ...span, good: 0, bad, errored: 0, firstBad, ...this.#struck(watch.edge, struckBad) },
      sinceMs - timeoutMs,
    );
  }
  /** Holds bad samples. `begunMs`: none of the samples began before this run time. */
  #hold(tally: Tally, begunMs: number): void {
    const { startedMs } = this.#config;
    this.#bad.add(tally, { fromMs: startedMs + begunMs, toMs: startedMs + tally.toMs });
  }

  /** Number of hits. Exact, and so reported only for edges where the count covers the hits of the run's own faults. */
  #struck(edge: EdgeId, struck: number | null): { readonly struck?: number } {
    return struck === null || !this.#config.struck.has(edge) ? {} : { struck };
  }

  take(): Tally[] {
    const tallies = this.#tallies;
    this.#tallies = [];
    return tallies;
  }

  /**
   * Resolves once every agent has reported, under a set that no longer lists `phase`, that no exchange of the phase is
   * open. Exchanges still open when the time is over count as bad: an exchange that never ends must not be lost.
   */
  async settle(phase: Phase): Promise<void> {
    const each = this.#watchesOf(phase);
    if (each.length === 0) return;
    const { clock, reportingAgents, sentGen } = this.#config;
    const gens = new Map(each.flatMap(({ watch }) => reportingAgents(watch.edge)).map((boot) => [boot, sentGen(boot)]));
    const ready = () =>
      each.every(({ id, watch }) =>
        reportingAgents(watch.edge).every((boot) => {
          const report = this.#reports.get(boot)?.get(id);
          // An agent that connected after the phase was over was never asked to count the phase.
          if (report === undefined && !gens.has(boot)) return true;
          return report !== undefined && report.open === 0 && report.gen >= (gens.get(boot) ?? 0);
        }),
      );
    await new Promise<void>((done) => {
      const lastMs = clock.nowMs() + Math.max(...each.map(({ timeoutMs }) => timeoutMs)) + REPORT_WITHIN_MS;
      const alarm = clock.wake(lastMs, done);
      const settled = () => {
        alarm.cancel();
        done();
      };
      this.#settling.push({ ready, done: settled });
      this.#look();
    });
    for (const watch of each) this.#countOpen(watch);
    await this.#bad.settle(phase);
  }
  /**
   * An agent stood still in that time, server clock: see `SamplerControl.stalled`. Ignored of an expectation that
   * agents do not count.
   */
  stalled(of: ExpectationName, fromMs: number, toMs: number): void {
    if (this.#config.probes.some(({ name }) => name === of)) this.#bad.stalled(of, fromMs, toMs);
  }
  /** Stops: no more tallies are reported. */
  stop(): void {
    this.#bad.stop();
  }
  #look(): void {
    const done = this.#settling.filter(({ ready }) => ready());
    this.#settling = this.#settling.filter((settling) => !done.includes(settling));
    for (const settling of done) settling.done();
  }
  #countOpen({ id, name, phase, timeoutMs, watch }: PhaseWatch): void {
    const toMs = this.#nowMs();
    for (const reports of this.#reports.values()) {
      const last = reports.get(id) ?? NO_REPORT;
      const { open, good, bad, struck, openStruck } = last;
      if (open === 0) continue;
      // Counted once: exchanges that end after all are not counted again.
      reports.set(id, { ...last, good: good + open, bad: bad + open, struck: struck + (openStruck ?? 0), open: 0 });
      const why = `${open} without an end after ${timeoutMs} ms`;
      const fromMs = this.#lastMs.get(id) ?? toMs;
      const span = { of: name, phase, fromMs, toMs };
      const firstBad = [{ atMs: fromMs, why }];
      const tally = { ...span, good: 0, bad: open, errored: 0, firstBad, ...this.#struck(watch.edge, openStruck) };
      this.#hold(tally, (last.reportedMs ?? fromMs) - timeoutMs);
    }
  }
}
