/**
 * Marked exchanges: requests that probes sent or caused, known by their trace (PROOF.md 3). Says of each run's faults which
 * samples they meant and which they hit, and tells it in pulses until the server has noted it.
 */
import { type Halves, keyOf, type MarkKey, openMark, type SampleMark } from "../experiments/model/mark.ts";
import type { RequestView } from "../experiments/model/match.ts";
import { compileMatch } from "../experiments/model/matching.ts";
import type { EdgeId, FaultId, RunId } from "../experiments/model/names.ts";
import { LIMITS } from "./contract/limits.ts";
import type { MarkedFault, MarkOrder, MarkReport, MarkReports } from "./contract/messages.ts";
import { encodeSightings, type Sighting } from "./contract/sightings.ts";
import type { Fields } from "./http1/fields.ts";
import { readTrace } from "./http1/trace.ts";

/** Sightings of one run that are kept, at some three bytes each: 64 KiB. */
const MOST_KEPT = Math.floor((64 * 1024) / 3);
/** Of all runs in one pulse; the rest follows in the next ones. */
const MOST_BYTES = 4 * 1024;
/** Pulses that the server may still note. */
const REMEMBERED = 16;

/** What is told of one sample: the first exchange that the fault meant, or the first one that it hit. */
interface Telling extends SampleMark {
  /** When the exchange began. */
  readonly atMs: number;
  readonly hit: boolean;
}
/** One fault of one run, on one edge. */
class FaultLog {
  readonly fault: MarkedFault;
  readonly matches: (view: RequestView) => boolean;
  readonly untold = new Set<Telling>();
  readonly #room: Room;
  /** By expectation, then by number: one key for both would be no small integer to the engine, and cost twice as much. */
  readonly #samples = new Map<number, Map<number, Sample>>();

  constructor(fault: MarkedFault, room: Room) {
    this.fault = fault;
    this.matches = fault.match === null ? () => true : compileMatch(fault.match);
    this.#room = room;
  }
  see({ expectation, number }: SampleMark, atMs: number): void {
    const samples = this.#samplesOf(expectation);
    if (samples.has(number)) return;
    const seen = this.#tell({ expectation, number, atMs, hit: false });
    if (seen !== null) samples.set(number, { seen, hit: null });
  }
  /** An exchange that began earlier may be hit later than others of its sample: the earliest counts. */
  hit({ expectation, number }: SampleMark, atMs: number): void {
    const sample = this.#samplesOf(expectation).get(number);
    // There was no room for it when it was seen.
    if (sample === undefined || (sample.hit !== null && sample.hit.atMs <= atMs)) return;
    // Hit implies seen: one word for both where neither has been noted.
    if (sample.seen.atMs === atMs && this.untold.delete(sample.seen)) this.#room.kept--;
    sample.hit = this.#tell({ expectation, number, atMs, hit: true }) ?? sample.hit;
  }
  #samplesOf(expectation: number): Map<number, Sample> {
    let samples = this.#samples.get(expectation);
    if (samples === undefined) {
      samples = new Map();
      this.#samples.set(expectation, samples);
    }
    return samples;
  }
  /** null: there is no room to keep it. */
  #tell(telling: Telling): Telling | null {
    if (this.#room.kept >= MOST_KEPT) {
      this.#room.isFull = true;
      return null;
    }
    this.#room.kept++;
    this.untold.add(telling);
    return telling;
  }
}
interface Sample {
  readonly seen: Telling;
  hit: Telling | null;
}
interface Room {
  kept: number;
  isFull: boolean;
}

/** One run that asks. */
class RunMarks {
  readonly order: MarkOrder;
  readonly key: MarkKey;
  readonly room: Room = { kept: 0, isFull: false };
  readonly logs: readonly FaultLog[];

  /** Throws when a match does not compile. */
  constructor(order: MarkOrder) {
    const key = keyOf(order.key);
    if (key === null) throw new Error(`the marks of ${order.run} have a key that is none`);
    this.order = order;
    this.key = key;
    this.logs = order.faults.map((fault) => new FaultLog(fault, this.room));
  }
}

/** A marked exchange under way on one edge. */
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
  /** The faults of its run on this edge, live or not. */
  get faults(): readonly FaultLog[] {
    return this.#logs;
  }
  seen(log: FaultLog): void {
    log.see(this, this.#atMs);
  }
  /** Idempotent. Faults of other runs do not count. */
  hit(fault: FaultId): void {
    for (const log of this.#logs) if (log.fault.id === fault) log.hit(this, this.#atMs);
  }
}

/** One run's part on one edge. */
interface EdgeRun {
  readonly run: RunMarks;
  readonly logs: readonly FaultLog[];
}
/** The runs that ask for their marks on one edge. */
export class EdgeMarks {
  readonly #runs: readonly EdgeRun[];

  constructor(runs: readonly EdgeRun[]) {
    this.#runs = runs;
  }

  /** The exchange that begins with this head; null: no run marked it. */
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
const halves: Halves = new Int32Array(2);

export class Marks {
  #runs = new Map<RunId, RunMarks>();
  #edges = new Map<EdgeId, EdgeMarks>();
  /** What each pulse told that the server has not noted. */
  #pulses = new Map<number, readonly (readonly [FaultLog, readonly Telling[]])[]>();

  /** Throws when an order cannot be honoured; then nothing has changed. */
  list(orders: readonly MarkOrder[]): void {
    const runs = new Map<RunId, RunMarks>();
    for (const order of orders) {
      const known = this.#runs.get(order.run);
      const isSame = known !== undefined && JSON.stringify(known.order) === JSON.stringify(order);
      runs.set(order.run, isSame ? known : new RunMarks(order));
    }
    this.#runs = runs;
    const ids = new Set(orders.flatMap(({ faults }) => faults.map(({ edge }) => edge)));
    this.#edges = new Map([...ids].map((id) => [id, new EdgeMarks(this.#asking(id))]));
  }
  #asking(edge: EdgeId): readonly EdgeRun[] {
    return [...this.#runs.values()].flatMap((run) => {
      const logs = run.logs.filter(({ fault }) => fault.edge === edge);
      return logs.length === 0 ? [] : [{ run, logs }];
    });
  }
  /** null: no run asks for marks on this edge, and nothing need be looked for. */
  on(edge: EdgeId): EdgeMarks | null {
    return this.#edges.get(edge) ?? null;
  }

  /** What pulse `n` tells; null while nobody asks. */
  report(n: number, nowMs: number): MarkReports | null {
    if (this.#runs.size === 0) return null;
    const told: (readonly [FaultLog, readonly Telling[]])[] = [];
    const reports: MarkReport[] = [];
    let [room, more] = [MOST_BYTES, false];
    for (const { logs, room: kept } of this.#runs.values())
      for (const log of logs) {
        if (log.untold.size === 0 && !kept.isFull) continue;
        const due = [...log.untold].slice(0, room);
        const aged = due.map((telling) => ({ ...telling, ageMs: nowMs - telling.atMs, telling }));
        const { bytes, taken } = encodeSightings<Sighting & { telling: Telling }>(aged, room);
        if (taken.length < log.untold.size) more = true;
        if (reports.length === LIMITS.markReports || (taken.length === 0 && !kept.isFull)) continue;
        room -= bytes.length;
        told.push([log, taken.map(({ telling }) => telling)]);
        const coded = Buffer.from(bytes).toString("base64");
        reports.push({ fault: log.fault.id, coded, ...(kept.isFull ? { atLeast: true } : {}) });
      }
    this.#pulses.set(n, told);
    this.#pulses.delete(n - REMEMBERED);
    return { sentMs: nowMs, reports, ...(more ? { more: true } : {}) };
  }
  /** The server has it: it is not told again. */
  noted(n: number): void {
    for (const [log, tellings] of this.#pulses.get(n) ?? []) for (const telling of tellings) log.untold.delete(telling);
    this.#pulses.delete(n);
  }
  /** Pulses of another session are counted anew. */
  forgetPulses(): void {
    this.#pulses.clear();
  }
}
