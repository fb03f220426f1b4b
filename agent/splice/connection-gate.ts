/**
 * Connection gate: what connection faults do to a connection before, or apart from, its bytes: hold its opening back, and cut it at a time.
 * One after the other in their order, each beginning when the one before is done.
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Admission } from "../faults/admission.ts";
import type { Cut } from "../faults/behaviour.ts";

interface PlannedCut {
  readonly admission: Admission;
  readonly cut: Cut;
}

export class ConnectionGate {
  readonly #clock: Clock;
  readonly #opened: () => void;
  readonly #cut: (how: Cut["how"]) => void;
  readonly #isEnding: () => boolean;
  #asking: Admission[] = [];
  /** How the first of `#asking` holds the opening back; null: it was not asked yet. */
  #hold: { readonly sinceMs: number; readonly untilMs: number } | null = null;
  #planned: readonly PlannedCut[] = [];
  #alarm: Alarm | null = null;
  #done = false;
  #over = false;

  /** `isEnding`: everything was said and sent, so that a cut would change nothing. */
  constructor(clock: Clock, opened: () => void, cut: (how: Cut["how"]) => void, isEnding: () => boolean) {
    this.#clock = clock;
    this.#opened = opened;
    this.#cut = cut;
    this.#isEnding = isEnding;
  }
  /** Held back: nothing may be read from the caller yet. */
  get isClosed(): boolean {
    return !this.#done;
  }
  /** The connection begins under these faults, or these come upon it. */
  ask(admissions: readonly Admission[], nowMs: number): void {
    this.#asking.push(...admissions);
    this.proceed(nowMs);
  }
  /** After any change, and when it is time. */
  proceed(nowMs: number): void {
    for (let admission = this.#asking[0]; admission !== undefined && !this.#over; admission = this.#asking[0]) {
      if (!this.#mayGo(admission, nowMs)) {
        this.#arm();
        return;
      }
      this.countHolds(nowMs);
      this.#asking.shift();
      this.#hold = null;
    }
    for (const { admission, cut } of this.#planned) {
      if (this.#over || cut.atMs > nowMs || !admission.acts(nowMs) || this.#isEnding()) continue;
      admission.hit(nowMs);
      admission.wounded = true;
      this.#cut(cut.how);
    }
    // A cut whose time has come is done, or can no longer be: kept, it would ring for ever.
    this.#planned = this.#planned.filter(({ admission, cut }) => !admission.left && cut.atMs > nowMs);
    if (this.#over) return;
    if (!this.#done) {
      this.#done = true;
      this.#opened();
    }
    this.#arm();
  }
  /** Counts as a hit that the opening has been held back for a millisecond by now. */
  countHolds(nowMs: number): void {
    if (this.#hold !== null) this.#asking[0]?.held(this.#hold.sinceMs, nowMs);
  }
  dispose(): void {
    if (this.#hold !== null) this.countHolds(this.#clock.nowMs());
    this.#hold = null;
    this.#over = true;
    this.#alarm?.cancel();
  }

  /** False: it holds the opening back. */
  #mayGo(admission: Admission, nowMs: number): boolean {
    if (!admission.acts(nowMs)) return true;
    if (this.#hold !== null) return this.#hold.untilMs <= nowMs;
    const decision = admission.treatment.open?.(nowMs) ?? { do: "pass" };
    if (decision.do === "cut") this.#planned = [...this.#planned, { admission, cut: decision }];
    if (decision.do !== "later" || decision.atMs <= nowMs) return true;
    this.#hold = { sinceMs: nowMs, untilMs: decision.atMs };
    return false;
  }
  #arm(): void {
    this.#alarm?.cancel();
    const cuts = this.#planned.map(({ cut }) => cut.atMs);
    const atMs = Math.min(this.#hold?.untilMs ?? Number.POSITIVE_INFINITY, ...cuts);
    const proceed = () => this.proceed(this.#clock.nowMs());
    this.#alarm = atMs === Number.POSITIVE_INFINITY ? null : this.#clock.wake(atMs, proceed, "exactly");
  }
}
