/**
 * Marked exchanges: requests that probes sent or caused, recognised by a trace header (PROOF.md 3). Records for each
 * fault of a run which samples matched and which were hit, and reports sightings in pulses until the server has noted
 * the report.
 */

import { compileMatch } from "../../experiments/model/match/compile.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";
import type { EdgeId, FaultId, RunId } from "../../experiments/model/names.ts";
import {
  drawKeyOf,
  keyOf,
  type MarkBits,
  type MarkKey,
  openMark,
  type SampleMark,
  UNMARKED,
} from "../../experiments/model/probes/mark.ts";
import { LIMITS } from "../contract/limits.ts";
import type { MarkedFault, MarkOrder, MarkReport, MarkReports } from "../contract/messages.ts";
import { encodeSightings, type Sighting } from "../contract/sightings.ts";
import type { Fields } from "../http1/fields.ts";
import { readTrace } from "../http1/trace.ts";

/** Sightings kept for each run, at about three bytes each: 64 KiB. */
const MOST_KEPT = Math.floor((64 * 1024) / 3);
/** Bytes of sightings of all runs in one pulse; the rest follows in later pulses. */
const MOST_BYTES = 4 * 1024;
/**
 * Unmarked exchanges that one fault notes, and the unreported part of those. Beyond either limit the fault notes no
 * more: that hides as many exchanges at moments with a sample as at moments without.
 */
const MOST_UNMARKED = 2 ** 14;
const MOST_UNMARKED_UNREPORTED = 500;
/** Pulses that the server may still note; older pulses are forgotten. */
const REMEMBERED = 16;

/**
 * Sighting reported for a sample: the first exchange that the fault matched, or the first exchange that the fault
 * hit.
 */
interface SampleSighting extends SampleMark {
  /** Start of the exchange, monotonic ms. */
  readonly atMs: number;
  readonly hit: boolean;
}
/** Sightings of a run's fault on an edge. */
export class FaultLog {
  fault: MarkedFault;
  readonly matches: (view: RequestView) => boolean;
  readonly unreported = new Set<SampleSighting>();
  /** Unmarked exchanges not yet reported. */
  readonly unmarked = new Set<SampleSighting>();
  #unmarked = 0;
  readonly #budget: MarkBudget;
  /**
   * Samples by expectation, then by number: a combined key would be no small integer to the engine, and cost twice as
   * much.
   */
  readonly #samples = new Map<number, Map<number, Sample>>();

  constructor(fault: MarkedFault, budget: MarkBudget) {
    this.fault = fault;
    this.matches = fault.match === null ? () => true : compileMatch(fault.match);
    this.#budget = budget;
  }
  /** True while unmarked exchanges are still noted. */
  get isOpen(): boolean {
    return this.#unmarked < MOST_UNMARKED;
  }
  /** Notes an unmarked exchange that the fault matched. */
  seeUnmarked(atMs: number): void {
    if (!this.isOpen) return;
    this.unmarked.add({ expectation: UNMARKED, number: this.#unmarked++, atMs, hit: false });
    if (this.unmarked.size >= MOST_UNMARKED_UNREPORTED) this.#unmarked = MOST_UNMARKED;
  }
  see({ expectation, number }: SampleMark, atMs: number): void {
    const samples = this.#samplesOf(expectation);
    if (samples.has(number)) return;
    const seen = this.#record({ expectation, number, atMs, hit: false });
    if (seen !== null) samples.set(number, { seen, hit: null, draws: 0 });
  }
  /**
   * Records a hit. An exchange that began earlier may be hit later than others of the sample: the earliest start
   * counts.
   */
  hit({ expectation, number }: SampleMark, atMs: number): void {
    const sample = this.#samplesOf(expectation).get(number);
    // A missing sample had no room when the exchange was seen.
    if (sample === undefined || (sample.hit !== null && sample.hit.atMs <= atMs)) return;
    // Hit implies seen: a single sighting stands for both where neither has been noted.
    if (sample.seen.atMs === atMs && this.unreported.delete(sample.seen)) this.#budget.kept--;
    sample.hit = this.#record({ expectation, number, atMs, hit: true }) ?? sample.hit;
  }
  /** Draw key of a share by request, for the next matched exchange of the sample; null: the sample had no room. */
  nextDrawKey(mark: SampleMark): string | null {
    const sample = this.#samplesOf(mark.expectation).get(mark.number);
    return sample === undefined ? null : drawKeyOf(mark, sample.draws++);
  }
  #samplesOf(expectation: number): Map<number, Sample> {
    let samples = this.#samples.get(expectation);
    if (samples === undefined) {
      samples = new Map();
      this.#samples.set(expectation, samples);
    }
    return samples;
  }
  /** Returns null when there is no room for the sighting. */
  #record(sighting: SampleSighting): SampleSighting | null {
    if (this.#budget.kept >= MOST_KEPT) {
      this.#budget.isFull = true;
      return null;
    }
    this.#budget.kept++;
    this.unreported.add(sighting);
    return sighting;
  }
}
interface Sample {
  readonly seen: SampleSighting;
  hit: SampleSighting | null;
  /** Exchanges of the sample that the live fault has judged. */
  draws: number;
}
interface MarkBudget {
  kept: number;
  isFull: boolean;
}

const orderText = (order: MarkOrder): string =>
  JSON.stringify({ ...order, faults: order.faults.map((fault) => ({ ...fault, endpoints: null })) });
/** A run whose order asks for marks. */
class RunMarks {
  order: MarkOrder;
  readonly key: MarkKey;
  readonly budget: MarkBudget = { kept: 0, isFull: false };
  readonly logs: readonly FaultLog[];

  /** Throws when a match does not compile. */
  constructor(order: MarkOrder) {
    const key = keyOf(order.key);
    if (key === null) throw new Error(`the marks of ${order.run} have a key that is none`);
    this.order = order;
    this.key = key;
    this.logs = order.faults.map((fault) => new FaultLog(fault, this.budget));
  }
  /** True: the order is this one, but for the endpoints that faults select. */
  isFor(order: MarkOrder): boolean {
    return orderText(order) === orderText(this.order);
  }
  /** Takes the endpoints of an order that is otherwise the same. */
  follow(order: MarkOrder): void {
    this.order = order;
    for (const [index, log] of this.logs.entries()) log.fault = order.faults[index]!;
  }
}

/** A marked exchange under way on an edge. */
export class MarkedExchange implements SampleMark {
  readonly run: RunId;
  readonly expectation: number;
  readonly number: number;
  readonly #atMs: number;
  readonly #logs: readonly FaultLog[];

  constructor(run: RunId, { expectation, number }: SampleMark, logs: readonly FaultLog[], atMs: number) {
    this.run = run;
    this.expectation = expectation;
    this.number = number;
    this.#atMs = atMs;
    this.#logs = logs;
  }
  /** Faults of the exchange's run on this edge, live or not. */
  get faults(): readonly FaultLog[] {
    return this.#logs;
  }
  seen(log: FaultLog): void {
    log.see(this, this.#atMs);
  }
  /** Key of the exchange's draw for a share by request; null: the mark gives no key. Call once for each exchange. */
  drawKeyIn(fault: FaultId): string | null {
    return this.#logs.find((log) => log.fault.id === fault)?.nextDrawKey(this) ?? null;
  }
  /** Records that a fault hit the exchange. Idempotent. Faults of other runs do not count. */
  hit(fault: FaultId): void {
    for (const log of this.#logs) if (log.fault.id === fault) log.hit(this, this.#atMs);
  }
}

/** Part of a run on an edge. */
interface RunOnEdge {
  readonly run: RunMarks;
  readonly logs: readonly FaultLog[];
}
/** Runs that ask for marks on an edge. */
export class EdgeMarks {
  readonly #runs: readonly RunOnEdge[];
  #open: readonly FaultLog[];

  constructor(runs: readonly RunOnEdge[]) {
    this.#runs = runs;
    this.#open = runs.flatMap(({ logs }) => logs);
  }

  /** Logs of the faults, live or not, that still note unmarked exchanges. */
  get openLogs(): readonly FaultLog[] {
    if (this.#open.length > 0) this.#open = this.#open.filter(({ isOpen }) => isOpen);
    return this.#open;
  }
  /** Returns the marked exchange that begins with this head; null: no run marked the request. */
  find(buffer: Buffer, head: Fields, nowMs: number): MarkedExchange | null {
    for (let index = 0; index < head.traces; index++) {
      if (!readTrace(buffer, head, index, halves)) continue;
      for (const { run, logs } of this.#runs) {
        const sample = openMark(run.key, run.order.tag, halves);
        if (sample !== null) return new MarkedExchange(run.order.run, sample, logs, nowMs);
      }
    }
    return null;
  }
}
const halves: MarkBits = new Int32Array(2);

/** Mark reports of a pulse, while there is room. */
class PulseMarks {
  readonly reports: MarkReport[] = [];
  /** Sightings reported in a pulse, and the sets that each leaves once noted. */
  readonly reported: (readonly [Set<SampleSighting>, readonly SampleSighting[]])[] = [];
  readonly #nowMs: number;
  #room = MOST_BYTES;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }
  /** Adds a report of a fault's sightings. Returns true when all sightings had room. */
  report({ fault }: FaultLog, unreported: Set<SampleSighting>, atLeast: boolean): boolean {
    if (unreported.size === 0 && !atLeast) return true;
    const due = [...unreported].slice(0, this.#room);
    const aged = due.map((sighting) => ({ ...sighting, ageMs: this.#nowMs - sighting.atMs, sighting }));
    const { bytes, taken } = encodeSightings<Sighting & { sighting: SampleSighting }>(aged, this.#room);
    const isWhole = taken.length === unreported.size;
    if (this.reports.length === LIMITS.markReports || (taken.length === 0 && !atLeast)) return isWhole;
    this.#room -= bytes.length;
    this.reported.push([unreported, taken.map(({ sighting }) => sighting)]);
    const coded = Buffer.from(bytes).toString("base64");
    this.reports.push({ fault: fault.id, coded, ...(atLeast ? { atLeast: true } : {}) });
    return isWhole;
  }
}

export class Marks {
  #runs = new Map<RunId, RunMarks>();
  #edges = new Map<EdgeId, EdgeMarks>();
  /** Sightings of each pulse that the server has not noted. */
  #pulses = new Map<number, PulseMarks["reported"]>();

  /** Throws, and changes nothing, when an order cannot be honoured. */
  list(orders: readonly MarkOrder[]): void {
    const runs = new Map<RunId, RunMarks>();
    for (const order of orders) {
      const known = this.#runs.get(order.run);
      runs.set(order.run, known?.isFor(order) === true ? known : new RunMarks(order));
    }
    this.#runs = runs;
    for (const order of orders) runs.get(order.run)?.follow(order);
    const ids = new Set(orders.flatMap(({ faults }) => faults.map(({ edge }) => edge)));
    this.#edges = new Map([...ids].map((id) => [id, new EdgeMarks(this.#asking(id))]));
  }
  #asking(edge: EdgeId): readonly RunOnEdge[] {
    return [...this.#runs.values()].flatMap((run) => {
      const logs = run.logs.filter(({ fault }) => fault.edge === edge);
      return logs.length === 0 ? [] : [{ run, logs }];
    });
  }
  /** Returns null when no run asks for marks on this edge, so that no request need be searched for marks. */
  on(edge: EdgeId): EdgeMarks | null {
    return this.#edges.get(edge) ?? null;
  }

  /**
   * Mark report of pulse `n`; null while no run asks for marks. Unmarked exchanges get the room left by marked
   * exchanges.
   */
  report(n: number, nowMs: number): MarkReports | null {
    if (this.#runs.size === 0) return null;
    const pulse = new PulseMarks(nowMs);
    let more = false;
    for (const { logs, budget } of this.#runs.values())
      for (const log of logs) if (!pulse.report(log, log.unreported, budget.isFull)) more = true;
    for (const { logs } of this.#runs.values()) for (const log of logs) pulse.report(log, log.unmarked, false);
    this.#pulses.set(n, pulse.reported);
    this.#pulses.delete(n - REMEMBERED);
    return { sentMs: nowMs, reports: pulse.reports, ...(more ? { more: true } : {}) };
  }
  /** Records that the server has noted pulse `n`: the pulse's sightings are not reported again. */
  noted(n: number): void {
    for (const [unreported, sightings] of this.#pulses.get(n) ?? [])
      for (const sighting of sightings) unreported.delete(sighting);
    this.#pulses.delete(n);
  }
  /** Forgets the pulses of the last session: a new session counts pulses anew. */
  forgetPulses(): void {
    this.#pulses.clear();
  }
}
