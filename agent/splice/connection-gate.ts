/**
 * Connection gate: the effects of connection faults that need no bytes: holding the opening back, and cutting the
 * connection at a time. The faults act in order, each beginning when the fault before is done.
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Admission } from "../faults/admission.ts";
import type { Cut } from "../faults/behaviour.ts";

interface PlannedCut {
  readonly admission: Admission;
  readonly cut: Cut;
}

export interface GateDeps {
  readonly clock: Clock;
  /** The connection began before any fault came. */
  readonly isOpen: boolean;
  /** Called once, when the faults let the connection begin. */
  opened(): void;
  cut(how: Cut["how"]): void;
  /** All bytes are read and sent, so that a cut would change nothing. */
  isEnding(): boolean;
}

export class ConnectionGate {
  readonly #clock: Clock;
  readonly #opened: GateDeps["opened"];
  readonly #cut: GateDeps["cut"];
  readonly #isEnding: GateDeps["isEnding"];
  #asking: Admission[] = [];
  /** Hold by the first of `#asking` on the opening; null: that fault has not been asked yet. */
  #hold: { readonly sinceMs: number; readonly untilMs: number } | null = null;
  #planned: readonly PlannedCut[] = [];
  #alarm: Alarm | null = null;
  /** The connection has begun. */
  #done: boolean;
  #over = false;

  constructor({ clock, isOpen, opened, cut, isEnding }: GateDeps) {
    this.#clock = clock;
    this.#done = isOpen;
    this.#opened = opened;
    this.#cut = cut;
    this.#isEnding = isEnding;
  }
  /** Closed gate: the opening is held back, and no bytes may be read from the caller yet. */
  get isClosed(): boolean {
    return !this.#done;
  }
  /** Asks these faults, at the begin of the connection or when faults come later. */
  ask(admissions: readonly Admission[], nowMs: number): void {
    this.#asking.push(...admissions);
    this.proceed(nowMs);
  }
  /** Proceeds as far as the faults allow; called after any change, and at the due time. */
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
    // A cut at or after the due time is done, or not possible any more: if kept, the cut would fire the alarm for ever.
    this.#planned = this.#planned.filter(({ admission, cut }) => !admission.left && cut.atMs > nowMs);
    if (this.#over) return;
    if (!this.#done) {
      this.#done = true;
      this.#opened();
    }
    this.#arm();
  }
  /** Counts a hit once the opening has been held back for a millisecond. */
  countHolds(nowMs: number): void {
    if (this.#hold !== null) this.#asking[0]?.held(this.#hold.sinceMs, nowMs);
  }
  dispose(): void {
    if (this.#hold !== null) this.countHolds(this.#clock.nowMs());
    this.#hold = null;
    this.#over = true;
    this.#alarm?.cancel();
  }

  /** May the opening proceed past this fault? False: the fault holds the opening back. */
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
