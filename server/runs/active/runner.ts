/** Runner of a single run: an inbox and a timer. Appends each event, steps the run, and has the effects performed. */

import type { Effect } from "../../../experiments/model/run/effect.ts";
import type { RunEvent, UnstampedEvent } from "../../../experiments/model/run/event.ts";
import type { Run } from "../../../experiments/model/run/run.ts";
import { step } from "../../../experiments/model/run/step.ts";
import { wakeAt } from "../../../experiments/model/run/wake.ts";
import { type Alarm, type Clock, every } from "../../clock.ts";
import { STOOD_STILL, type Standstill, WEDGED_MS } from "../../fleet/registered-run.ts";
import { yieldToEventLoop } from "../../yield-to-event-loop.ts";
import { withoutSecrets } from "../redaction.ts";
import type { JournalAppender } from "./journal-appender.ts";

const TICK_MS = 500;
/**
 * Longest batch of events in a turn of the loop: a halt, and the agents' answers to the halt, must not wait for the
 * rest.
 */
const TURN_MS = 5;
type Halted = Extract<UnstampedEvent, { type: "halted" }>;
/** Halt of a run whose journal cannot be written, or is gone from the store. */
const lostJournal = ({ gap, trouble }: JournalAppender): Halted => {
  const because = gap === null ? "journal" : "journal-lost";
  const why = trouble === null ? "" : ` (${trouble.message})`;
  const reason =
    gap === null
      ? `The database did not take a record of the journal in time${why}, so the faults were taken away.`
      : `Records that the database had confirmed are gone from it, so the faults were taken away: ${gap.message}.`;
  return { type: "halted", because, reason, recover: false };
};

export interface RunnerConfig {
  readonly clock: Clock;
  /** Server clock at run time 0. */
  readonly startedMs: number;
  readonly run: Run;
  readonly journal: JournalAppender;
  readonly secrets: readonly string[];
  /** Starts the effect and returns: results come back as events. */
  readonly perform: (effect: Effect) => void;
  /** Withdraws every fault of the run, ahead of inbox and journal. */
  readonly withdraw: () => void;
  readonly onCrash: (error: unknown) => void;
}

/** True for effects that remove faults: these are never delayed. */
const isUrgent = ({ do: what }: Effect) => what === "revert";
/**
 * True for effects that lead to a fault: such effects are performed only once journaled, and never when a halt is on
 * the way.
 */
const adds = ({ do: what }: Effect) => what === "apply" || what === "assign" || what === "select";

export class Runner {
  readonly #config: RunnerConfig;
  readonly #inbox: UnstampedEvent[] = [];
  readonly #ticking: Alarm;
  #run: Run;
  /** Run before the end. */
  #unfinished: Run;
  #working = false;
  #over = false;
  /** True while a halt is on the way: an `apply` that waited for the journal meanwhile comes too late. */
  #halting = false;
  #journalLost = false;
  #alarm: Alarm = { cancel() {} };
  #tickedMs: number;
  /** Records on the way into the journal. */
  #unwritten = 0;

  constructor(config: RunnerConfig) {
    this.#config = config;
    this.#run = config.run;
    this.#unfinished = config.run;
    this.#tickedMs = config.clock.nowMs();
    this.#ticking = every(config.clock, TICK_MS, () => {
      if (!this.#working) this.#tick();
    });
    this.#arm();
  }
  get run(): Run {
    return this.#run;
  }
  /** Run as before the step that finished it. */
  get unfinished(): Run {
    return this.#unfinished;
  }
  /** Time at which the inbox was last seen moving, server clock. */
  get tickedMs(): number {
    return this.#tickedMs;
  }
  /** Cause of the standstill: a record that the database does not take, or a loop of the server that stood still. */
  get standstill(): Standstill {
    if (this.#unwritten === 0) return STOOD_STILL;
    const { trouble } = this.#config.journal;
    const why = trouble === null ? "" : ` (${trouble.message})`;
    const reason = `The database did not take a record of the journal within 2 s${why}, so the faults were taken away.`;
    return { because: "journal", reason };
  }

  post(happening: UnstampedEvent): void {
    if (this.#over) return;
    if (happening.type === "halted") {
      this.#halting = true;
      this.#config.withdraw();
      this.#inbox.unshift(happening);
    } else this.#inbox.push(happening);
    if (!this.#working) this.#work().catch(this.#crash);
  }
  stop(): void {
    this.#over = true;
    this.#alarm.cancel();
    this.#ticking.cancel();
  }

  /** Crashes the run, which cannot continue here: the run's faults are withdrawn before any other step. */
  readonly #crash = (error: unknown): void => {
    this.#config.withdraw();
    this.stop();
    this.#config.onCrash(error);
  };

  async #work(): Promise<void> {
    this.#working = true;
    const { clock } = this.#config;
    try {
      let sinceMs = clock.nowMs();
      for (let next = this.#inbox.shift(); next !== undefined && !this.#over; next = this.#inbox.shift()) {
        this.#tick();
        const waiting = this.#take(next);
        if (waiting !== null) {
          await waiting;
          sinceMs = clock.nowMs();
        }
        if (clock.nowMs() - sinceMs < TURN_MS) continue;
        await yieldToEventLoop();
        sinceMs = clock.nowMs();
      }
    } catch (error) {
      this.#crash(error);
    } finally {
      this.#working = false;
    }
  }

  /**
   * Takes an event in; null: no effect waits for the record. A thousand agents answer at a time, and a single commit
   * holds all the events.
   */
  #take(happening: UnstampedEvent): Promise<void> | null {
    const { clock, startedMs, journal, secrets, perform } = this.#config;
    const atMs = clock.nowMs() - startedMs;
    const event = withoutSecrets({ ...happening, atMs } as RunEvent, secrets);
    const [next, ...effects] = step(this.#run, event);
    this.#run = next;
    if (next.at !== "finished") this.#unfinished = next;
    for (const effect of effects.filter(isUrgent)) perform(effect);
    this.#unwritten++;
    const writing = journal.append({ kind: "event", event }).finally(() => {
      this.#unwritten--;
    });
    const patient = effects.filter((effect) => !isUrgent(effect));
    if (patient.length > 0) return this.#performOnce(writing, patient);
    writing.then((written) => this.#checkWritten(written)).catch(this.#crash);
    this.#arm();
    return null;
  }
  async #performOnce(writing: Promise<boolean>, effects: readonly Effect[]): Promise<void> {
    const written = await writing;
    // Another server has taken over during this write, and owns the run now.
    if (this.#over) return;
    this.#checkWritten(written);
    for (const effect of effects) {
      if (adds(effect) && (!written || this.#halting)) continue;
      this.#config.perform(effect);
    }
    this.#arm();
  }
  /** A pending write counts as a standstill, even if other events are taken meanwhile. */
  #tick(): void {
    if (this.#unwritten === 0) this.#moved();
    else this.#look(this.#config.clock.nowMs());
  }
  #moved(): void {
    const nowMs = this.#config.clock.nowMs();
    this.#look(nowMs);
    this.#tickedMs = nowMs;
  }
  /**
   * After a process freeze the runner can resume before the fleet's check, and before the database's answer is read.
   * The standstill is posted ahead of the next event: that event could end the fault in time, as if the interval had
   * been observed.
   */
  #look(nowMs: number): void {
    const stoodStill = nowMs - this.#tickedMs > WEDGED_MS && this.#run.at === "injecting" && !this.#halting;
    if (stoodStill) this.post({ type: "halted", ...this.standstill, recover: false });
  }
  #checkWritten(written: boolean): void {
    if (written) this.#moved();
    if (!written && !this.#over) this.loseJournal();
  }
  /** Ends the run because the journal is lost; a finished run is published with that verdict. */
  loseJournal(): void {
    if (this.#journalLost) return;
    this.#journalLost = true;
    const halted = lostJournal(this.#config.journal);
    if (this.#run.at === "finished") this.#take(halted)?.catch(this.#crash);
    else this.post(halted);
  }

  #arm(): void {
    this.#alarm.cancel();
    if (this.#over || this.#run.at === "finished") return;
    const { clock, startedMs } = this.#config;
    const atMs = wakeAt(this.#run, clock.nowMs() - startedMs);
    this.#alarm = clock.wake(startedMs + atMs, () => this.post({ type: "woke" }));
  }
}
