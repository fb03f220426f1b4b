/**
 * Judge of bodies in a worker thread, for all runs of a server: a hostile answer may take a JSON path or an expression
 * any time and memory. Over the limit the worker is ended, and the sample is errored. `judge-worker.ts` is the other
 * side.
 */
import { Worker } from "node:worker_threads";
import type { BodyCriteria } from "../../experiments/model/sample/body-criteria.ts";
import { type Alarm, type Clock, systemClock } from "../clock.ts";
import { builtPath } from "../package-paths.ts";
import { yieldToEventLoop } from "../yield-to-event-loop.ts";

export type BodyVerdict =
  | { readonly kind: "judged"; readonly good: boolean; readonly why: string }
  | { readonly kind: "errored"; readonly why: string };
/** Body for the worker. `criteria`: as text, by which the worker finds the compiled criteria. */
export interface BodyTask {
  readonly criteria: string;
  readonly body: string;
}
/** Judge of an expectation's bodies. */
export interface BodyJudge {
  /** Judges a body. Never rejects. */
  judge(body: string): Promise<BodyVerdict>;
  close(): void;
}

export interface JudgeLimits {
  /**
   * Longest time for a body, wall time: a body over this limit is judged once more, since a busy machine can delay the
   * thread.
   */
  readonly bodyMs: number;
  /** Longest wait of a body in the queue. */
  readonly waitMs: number;
  /** Longest time of the worker from the start to the first task. */
  readonly startMs: number;
  /** Most text of all bodies in the queue, in UTF-16 units. */
  readonly queued: number;
  readonly heapMb: number;
}
const LIMITS: JudgeLimits = { bodyMs: 50, waitMs: 2_000, startMs: 10_000, queued: 32 * 1_048_576, heapMb: 64 };
const MOST_TRIES = 2;
/** Cost of ending and restarting a worker, charged to the queue of the body that caused the restart. */
const RESTART_MS = 100;

interface Job {
  readonly task: BodyTask;
  readonly sinceMs: number;
  tries: number;
  readonly settle: (verdict: BodyVerdict) => void;
}
/** Bodies of an expectation, and the time used: the queue with the least used time comes next. */
interface Queue {
  readonly jobs: Job[];
  usedMs: number;
}
interface Current {
  readonly queue: Queue;
  readonly job: Job;
  readonly sinceMs: number;
  readonly alarm: Alarm;
}

export class Judge {
  readonly #clock: Clock;
  readonly #limits: JudgeLimits;
  readonly #queues = new Set<Queue>();
  #worker: Worker | null = null;
  /** Alarm for a worker that is not ready in time; null: the worker is ready. */
  #starting: Alarm | null = null;
  #current: Current | null = null;
  #queued = 0;
  /** Used time of the queue that was served last: a queue that was idle has saved no time up. */
  #servedMs = 0;

  constructor(clock: Clock = systemClock, limits: Partial<JudgeLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Opens a judge. The worker lives from the first body until the last judge is closed. */
  open(criteria: BodyCriteria): BodyJudge {
    const queue: Queue = { jobs: [], usedMs: 0 };
    const text = JSON.stringify(criteria);
    this.#queues.add(queue);
    return {
      judge: (body) => new Promise((settle) => this.#add(queue, { criteria: text, body }, settle)),
      close: () => this.#close(queue),
    };
  }
  #close(queue: Queue): void {
    this.#queues.delete(queue);
    for (const job of queue.jobs.splice(0)) this.#settle(job, errored(RUN_ENDED));
    if (this.#queues.size > 0) return;
    const current = this.#current;
    this.#dismiss();
    if (current !== null) this.#settle(current.job, errored(RUN_ENDED));
  }

  #add(queue: Queue, task: BodyTask, settle: (verdict: BodyVerdict) => void): void {
    const refusal = this.#refusal(queue, task);
    if (refusal !== null) {
      settle(errored(refusal));
      return;
    }
    if (queue.jobs.length === 0) queue.usedMs = Math.max(queue.usedMs, this.#servedMs);
    this.#queued += task.body.length;
    queue.jobs.push({ task, sinceMs: this.#clock.nowMs(), tries: 0, settle });
    this.#next();
  }
  #refusal(queue: Queue, { body }: BodyTask): string | null {
    if (!this.#queues.has(queue)) return RUN_ENDED;
    return this.#queued + body.length > this.#limits.queued
      ? "too many answers wait to be judged: use a lower rate or smaller bodies"
      : null;
  }
  #settle({ task, settle }: Job, verdict: BodyVerdict): void {
    this.#queued -= task.body.length;
    settle(verdict);
  }

  #next(): void {
    this.#expire();
    if (this.#current !== null) return;
    const queue = [...this.#queues]
      .filter(({ jobs }) => jobs.length > 0)
      .reduce<Queue | null>((least, each) => (least !== null && least.usedMs <= each.usedMs ? least : each), null);
    if (queue === null) return;
    if (this.#worker === null) this.#start();
    if (this.#worker === null || this.#starting !== null) return;
    const job = queue.jobs.shift()!;
    const sinceMs = this.#clock.nowMs();
    this.#servedMs = queue.usedMs;
    const alarm = this.#clock.wake(sinceMs + this.#limits.bodyMs, () => this.#overdue(job));
    this.#current = { queue, job, sinceMs, alarm };
    this.#worker.postMessage(job.task);
  }
  /** Drops bodies that waited too long: a run must not hang on them. */
  #expire(): void {
    const { waitMs } = this.#limits;
    const sinceMs = this.#clock.nowMs() - waitMs;
    for (const { jobs } of this.#queues)
      while (jobs.length > 0 && jobs[0]!.sinceMs < sinceMs)
        this.#settle(jobs.shift()!, errored(`this answer waited over ${waitMs} ms to be judged: use a lower rate`));
  }

  #start(): void {
    const { startMs, heapMb } = this.#limits;
    const lost = (why: string) => this.#lost(worker, why);
    let worker: Worker;
    try {
      worker = new Worker(builtPath("server", "probes", "judge-worker.js"), {
        name: "squall judge",
        env: {},
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: heapMb / 4 },
      });
    } catch (error) {
      this.#failAll(`the judge could not be started: ${(error as Error).message}`);
      return;
    }
    this.#worker = worker;
    this.#starting = this.#clock.wake(this.#clock.nowMs() + startMs, () => lost(`it took over ${startMs} ms to start`));
    worker.unref();
    worker.on("message", (message: "ready" | BodyVerdict) => {
      if (worker !== this.#worker) return;
      if (message === "ready") this.#ready();
      else this.#judged(message);
    });
    worker.on("error", (error: NodeJS.ErrnoException) =>
      lost(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? `it took over ${heapMb} MB of memory` : error.message),
    );
    worker.on("exit", (code) => lost(`its thread ended with ${code}`));
  }
  #ready(): void {
    this.#starting?.cancel();
    this.#starting = null;
    this.#next();
  }
  #judged(verdict: BodyVerdict): void {
    const done = this.#takeCurrent();
    if (done === null) return;
    this.#settle(done.job, verdict);
    this.#next();
  }
  #takeCurrent(): Current | null {
    const current = this.#current;
    if (current === null) return null;
    current.alarm.cancel();
    current.queue.usedMs += this.#clock.nowMs() - current.sinceMs;
    this.#current = null;
    return current;
  }

  /**
   * Handles an overdue body. The answer may have come already while this thread was busy: pending messages are read
   * before the worker is given up.
   */
  #overdue(job: Job): void {
    yieldToEventLoop()
      .then(() => {
        if (this.#current?.job === job) this.#giveUp();
      })
      .catch(() => {});
  }
  #giveUp(): void {
    const { queue, job } = this.#takeCurrent()!;
    this.#dismiss();
    queue.usedMs += RESTART_MS;
    job.tries++;
    if (job.tries < MOST_TRIES && this.#queues.has(queue)) queue.jobs.unshift(job);
    else this.#settle(job, errored(`judging this answer took over ${this.#limits.bodyMs} ms: ${REMEDY}`));
    this.#next();
  }
  /** Handles a worker that ended by itself, or never began. */
  #lost(worker: Worker, why: string): void {
    if (worker !== this.#worker) return;
    const neverBegan = this.#starting !== null;
    const current = this.#takeCurrent();
    this.#dismiss();
    if (current !== null) {
      current.queue.usedMs += RESTART_MS;
      this.#settle(current.job, errored(`judging this answer failed: ${why}: ${REMEDY}`));
    }
    // A worker that does not begin once is not retried again and again for the same bodies.
    if (neverBegan) this.#failAll(`the judge could not be started: ${why}`);
    else this.#next();
  }
  #failAll(why: string): void {
    for (const { jobs } of this.#queues) for (const job of jobs.splice(0)) this.#settle(job, errored(why));
  }
  #dismiss(): void {
    const worker = this.#worker;
    this.#starting?.cancel();
    this.#current?.alarm.cancel();
    this.#worker = null;
    this.#starting = null;
    this.#current = null;
    worker?.terminate().catch(() => {});
  }
}

const RUN_ENDED = "the run ended before this answer was judged";
const REMEDY = "use a simpler JSON path or expression, or a smaller `maxBody`";
const errored = (why: string): BodyVerdict => ({ kind: "errored", why });
