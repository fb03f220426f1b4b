/**
 * Prober: a worker thread of this server that samples for all runs (`prober-worker.ts`), started when the first probe
 * is opened. A server's loop that commits a large journal or reads a flood of pulses stands still for hundreds of
 * milliseconds; samples sent from that loop leave late, and the answers seem slow.
 */

import { Worker } from "node:worker_threads";
import type { Tally } from "../../experiments/model/evidence/tally.ts";
import type { Phase } from "../../experiments/model/experiment/phase.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Interval } from "../../experiments/model/plan/counting.ts";
import type { ProbeAction } from "../../experiments/model/probes/index.ts";
import { type Clock, systemOriginNs } from "../clock.ts";
import { builtPath } from "../package-paths.ts";
import type { DenyList } from "../security/deny.ts";
import type { ProbeContext, ThreadedSource } from "./probe.ts";
import type { FromProber, ProberData, SamplerReport, ToProber } from "./prober-messages.ts";
import type { SamplerControl, SamplerListener, SampleSettings } from "./sampler-control.ts";
import type { SentSample } from "./sent-sample.ts";

export interface ProberLimits {
  /** Longest time from the start of the thread to the first message. */
  readonly startMs: number;
  /** Old generation of the heap, MB: holds the bodies of many samples at a time. */
  readonly heapMb: number;
}
/**
 * Young generation of the heap, MB. A larger young generation only fills before garbage is collected: wasted memory.
 */
const YOUNG_MB = 16;
const LIMITS: ProberLimits = { startMs: 10_000, heapMb: 512 };

/** Error: the thread ended, so every expectation sampled there has gaps. */
export class ProberLost extends Error {
  override readonly name = "ProberLost";
  constructor(why: string) {
    super(`the prober's thread was lost: ${why}`);
  }
}
interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}
/** Server's side of a source in the thread, and of the source's sampler once started. */
class RemoteSampler implements SamplerControl {
  readonly #send: (message: ToProber) => void;
  readonly id: number;
  #listener: SamplerListener | null = null;
  #tallies: Tally[] = [];
  #sent: SentSample[] = [];
  #lost: ProberLost | null = null;
  #opening: Waiting | null = null;
  #settling: (Waiting & { readonly phase: Phase })[] = [];
  #stopping: (() => void)[] = [];

  constructor(id: number, send: (message: ToProber) => void) {
    this.id = id;
    this.#send = send;
  }
  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
    });
  }
  start(config: SampleSettings, listener: SamplerListener): SamplerControl {
    this.#listener = listener;
    if (this.#lost !== null) listener.fail(this.#lost);
    this.#send({ type: "start", id: this.id, config, eachSample: listener.onSample !== undefined });
    return this;
  }
  observe(phase: Phase | null, fromMs: number, windows?: readonly Interval[]): void {
    this.#send({ type: "observe", id: this.id, phase, fromMs, windows });
  }
  readdress({ services }: Pick<Mesh, "services">): void {
    this.#send({ type: "readdress", id: this.id, mesh: { services } });
  }
  stalled(fromMs: number, toMs: number): void {
    this.#send({ type: "stalled", id: this.id, fromMs, toMs });
  }
  settle(phase: Phase): Promise<void> {
    if (this.#lost !== null) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      this.#settling.push({ phase, resolve, reject });
      this.#send({ type: "settle", id: this.id, phase });
    });
  }
  take(): Tally[] {
    const tallies = this.#tallies;
    this.#tallies = [];
    return tallies;
  }
  takeSent(): SentSample[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }
  stop(): Promise<void> {
    // A thread that is lost from here on does not matter to this run.
    this.#listener = null;
    if (this.#lost !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stopping.push(resolve);
      this.#send({ type: "stop", id: this.id });
    });
  }

  // -- heard from the thread ---------------------------------------------------------------------------------------------

  hearOpened(refusal: string | null): void {
    if (refusal === null) this.#opening?.resolve();
    else this.#opening?.reject(new Error(refusal));
    this.#opening = null;
  }
  /** Takes a report; returns the callback to notify. */
  hearReport({ tallies, sent }: SamplerReport): (() => void) | undefined {
    this.#tallies.push(...tallies);
    this.#sent.push(...sent);
    return this.#listener?.onTallies;
  }
  hearSample(outcome: "good" | "bad" | "errored", why: string): void {
    this.#listener?.onSample?.(outcome, why);
  }
  hearSettled(phase: Phase): void {
    const done = this.#settling.filter((settling) => settling.phase === phase);
    this.#settling = this.#settling.filter((settling) => settling.phase !== phase);
    for (const { resolve } of done) resolve();
  }
  hearFailed(message: string, stack: string): void {
    const error = new Error(message);
    error.stack = stack;
    this.#listener?.fail(error);
  }
  hearStopped(): void {
    for (const resolve of this.#stopping.splice(0)) resolve();
  }
  hearLost(error: ProberLost): void {
    this.#lost = error;
    this.#opening?.reject(error);
    this.#opening = null;
    this.#listener?.fail(error);
    for (const { reject } of this.#settling.splice(0)) reject(error);
    this.hearStopped();
  }
}

export class Prober {
  readonly #clock: Clock;
  readonly #denied: DenyList;
  readonly #limits: ProberLimits;
  readonly #remotes = new Map<number, RemoteSampler>();
  #nextId = 1;
  #worker: Worker | null = null;
  #isClosed = false;

  /** `clock`: must be the system's, since the thread reads the same clock. */
  constructor(clock: Clock, denied: DenyList, limits: Partial<ProberLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...LIMITS, ...limits };
    this.#denied = denied;
  }

  /**
   * Opens a source in the thread. Rejects with the problem of the probe, such as a denied address; with `ProberLost` if
   * the thread is at fault.
   */
  async open(action: ProbeAction, { mesh, good, capture, mark = null }: ProbeContext): Promise<ThreadedSource> {
    if (this.#isClosed) throw new ProberLost("this server is closing");
    const worker = this.#worker ?? this.#start();
    const send = (message: ToProber) => {
      // A later thread does not know the sources that an earlier thread opened.
      if (worker === this.#worker) worker.postMessage(message);
    };
    const remote = new RemoteSampler(this.#nextId++, send);
    this.#remotes.set(remote.id, remote);
    const opened = remote.opened();
    const sentMs = this.#clock.nowMs();
    const request = { sentMs, action, mesh: { services: mesh.services }, good, capture, mark };
    send({ type: "open", id: remote.id, request });
    try {
      await opened;
    } catch (error) {
      this.#remotes.delete(remote.id);
      throw error;
    }
    return {
      kind: "threaded",
      startSampler: (config, listener) => remote.start(config, listener),
      close: () => remote.stop(),
    };
  }

  #start(): Worker {
    const { startMs, heapMb } = this.#limits;
    const data: ProberData = { originNs: systemOriginNs(), deny: this.#denied.lists };
    const worker = new Worker(builtPath("server", "probes", "prober-worker.js"), {
      name: "squall prober",
      workerData: data,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker = worker;
    worker.unref();
    const lost = (why: string) => this.#lost(worker, why);
    const alarm = this.#clock.wake(this.#clock.nowMs() + startMs, () => lost(`it took over ${startMs} ms to start`));
    worker.on("message", (message: FromProber) => {
      if (worker !== this.#worker) return;
      if (message.type === "ready") alarm.cancel();
      else this.#hear(message);
    });
    worker.on("messageerror", (error) => lost(error.message));
    worker.on("error", (error: NodeJS.ErrnoException) => {
      alarm.cancel();
      lost(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? `it took over ${heapMb} MB of memory` : error.message);
    });
    worker.on("exit", (code) => {
      alarm.cancel();
      lost(`it ended with ${code}`);
    });
    return worker;
  }
  #hear(message: Exclude<FromProber, { type: "ready" }>): void {
    switch (message.type) {
      case "opened":
        this.#remotes.get(message.id)?.hearOpened(null);
        return;
      case "refused":
        this.#remotes.get(message.id)?.hearOpened(message.why);
        return;
      case "report":
        this.#report(message.reports);
        return;
      case "sampled":
        this.#remotes.get(message.id)?.hearSample(message.outcome, message.why);
        return;
      case "settled":
        this.#report([message.report]);
        this.#remotes.get(message.report.id)?.hearSettled(message.phase);
        return;
      case "failed":
        this.#remotes.get(message.id)?.hearFailed(message.message, message.stack);
        return;
      case "stopped":
        this.#remotes.get(message.id)?.hearStopped();
        this.#remotes.delete(message.id);
    }
  }
  /** Calls each run back once, however many of the run's samplers have tallies. */
  #report(reports: readonly SamplerReport[]): void {
    const callbacks = new Set(reports.map((each) => this.#remotes.get(each.id)?.hearReport(each)));
    for (const onTallies of callbacks) onTallies?.();
  }
  /** Ends the runs that sample in the lost thread; the next probe that is opened starts another thread. */
  #lost(worker: Worker, why: string): void {
    if (worker !== this.#worker) return;
    this.#worker = null;
    worker.terminate().catch(() => {});
    const remotes = [...this.#remotes.values()];
    this.#remotes.clear();
    for (const remote of remotes) remote.hearLost(new ProberLost(why));
  }

  /** Ends the thread, and with the thread every socket in use there. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === null) return;
    this.#lost(worker, "this server is closing");
    await worker.terminate();
  }
}
