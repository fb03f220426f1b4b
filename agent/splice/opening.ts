/**
 * What connection faults do to a connection before, or apart from, its bytes: hold its opening back, and cut it at a time.
 * One after the other in their order, each beginning when the one before is done.
 */
import type { Alarm, Clock } from "../clock.ts";
import type { Cut } from "../faults/behaviour.ts";
import type { Admission } from "../faults/live.ts";

interface Planned {
  readonly admission: Admission;
  readonly cut: Cut;
}

export class Opening {
  readonly #clock: Clock;
  readonly #opened: () => void;
  readonly #cut: (how: Cut["how"]) => void;
  #asking: Admission[] = [];
  /** Until when the first of `#asking` holds the opening back; null: it was not asked yet. */
  #heldUntilMs: number | null = null;
  #planned: readonly Planned[] = [];
  #alarm: Alarm | null = null;
  #done = false;
  #over = false;

  constructor(clock: Clock, opened: () => void, cut: (how: Cut["how"]) => void) {
    this.#clock = clock;
    this.#opened = opened;
    this.#cut = cut;
  }
  /** Held back: nothing may be read from the caller yet. */
  get closed(): boolean {
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
      this.#asking.shift();
      this.#heldUntilMs = null;
    }
    for (const { admission, cut } of this.#planned) {
      if (this.#over || cut.atMs > nowMs || !admission.acts(nowMs)) continue;
      admission.hit();
      admission.wounded = true;
      this.#cut(cut.how);
    }
    this.#planned = this.#planned.filter(({ admission }) => !admission.left);
    if (this.#over) return;
    if (!this.#done) {
      this.#done = true;
      this.#opened();
    }
    this.#arm();
  }
  dispose(): void {
    this.#over = true;
    this.#alarm?.cancel();
  }

  /** False: it holds the opening back. */
  #mayGo(admission: Admission, nowMs: number): boolean {
    if (!admission.acts(nowMs)) return true;
    if (this.#heldUntilMs !== null) return this.#heldUntilMs <= nowMs;
    const decision = admission.treatment.open?.(nowMs) ?? { do: "pass" };
    if (decision.do === "cut") this.#planned = [...this.#planned, { admission, cut: decision }];
    if (decision.do !== "later" || decision.atMs <= nowMs) return true;
    admission.hit();
    this.#heldUntilMs = decision.atMs;
    return false;
  }
  #arm(): void {
    this.#alarm?.cancel();
    const cuts = this.#planned.map(({ cut }) => cut.atMs);
    const atMs = Math.min(this.#heldUntilMs ?? Number.POSITIVE_INFINITY, ...cuts);
    this.#alarm =
      atMs === Number.POSITIVE_INFINITY ? null : this.#clock.wake(atMs, () => this.proceed(this.#clock.nowMs()));
  }
}
