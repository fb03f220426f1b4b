/**
 * Reach of a redirected address: the end that a dial to the address has. An agent accepts a redirected connection before
 * the dial; so an address that takes no connection is shut in the kernel, where callers meet that end at once. The agent
 * dials on until the address takes a connection.
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Address, ConnectionError, Receiver, Transport, Transports } from "../transport/transport.ts";
import type { Reach } from "./grammar.ts";

/** Time for the first answer, ms, which an edge waits for. */
const FIRST_WITHIN_MS = 1_000;
/** Time, ms, in which an address that answers no dial counts as not known: connections may take seconds. */
const SILENT_MS = 10_000;
/** Time, ms, from an answer that refuses to the next dial. */
const AGAIN_MS = 100;
/** Time, ms, from a dial without an answer to the next, and between dials to an address that has long refused. */
const SELDOM_MS = 1_000;
/** Time, ms, after which an address has long refused: longer than services take to restart. */
const LONG_MS = 30_000;

const reachOf = (error: ConnectionError | null): Reach | null =>
  error?.code === "refused" || error?.code === "unreachable" ? "refused" : error?.code === "timeout" ? "silent" : null;

export interface TargetReachDeps {
  readonly clock: Clock;
  readonly transports: Pick<Transports, "dial">;
}

export class TargetReach {
  readonly #deps: TargetReachDeps;
  readonly #address: Address;
  readonly #changed: (reach: Reach) => void;
  readonly #dials = new Set<Transport>();
  /** null: not known yet. */
  #reach: Reach | null = null;
  #sinceMs = 0;
  #next: Alarm | null = null;
  #isClosed = false;

  /** `changed` takes the reach, once known and with each change. */
  constructor(deps: TargetReachDeps, address: Address, changed: (reach: Reach) => void) {
    this.#deps = deps;
    this.#address = address;
    this.#changed = changed;
  }
  /** Dials for the first time; resolves with the answer, or after a second without. */
  first(): Promise<void> {
    const { clock } = this.#deps;
    return new Promise((done) => {
      const alarm = clock.wake(clock.nowMs() + FIRST_WITHIN_MS, done);
      this.#dial(() => {
        alarm.cancel();
        done();
      });
    });
  }
  /** Takes up that the agent could not dial the address for a caller: a dial without a caller decides. */
  doubt(): void {
    if (this.#reach === "open" && this.#dials.size === 0) this.#dial();
  }
  close(): void {
    this.#isClosed = true;
    this.#rest();
  }

  #dial(answered = () => {}): void {
    if (this.#isClosed) return;
    const { clock, transports } = this.#deps;
    const answer = (reach: Reach | null) => {
      if (!this.#dials.delete(transport)) return;
      this.#answered(reach);
      answered();
    };
    const receiver: Receiver = {
      opened(opened) {
        answer("open");
        opened.close();
      },
      ...{ bytes() {}, ended() {}, drained() {} },
      closed: (error) => answer(reachOf(error)),
    };
    const transport = transports.dial(this.#address, receiver, SILENT_MS);
    this.#dials.add(transport);
    // A dial that waits for an answer would hear of a host that is back only with the kernel's next repetition.
    this.#next?.cancel();
    this.#next = clock.wake(clock.nowMs() + SELDOM_MS, () => this.#dial());
  }
  /** null: the end of the dial says nothing of the address, as where this machine has no port left. */
  #answered(reach: Reach | null): void {
    if (this.#isClosed) return;
    const { clock } = this.#deps;
    const nowMs = clock.nowMs();
    if (reach !== null && reach !== this.#reach) {
      this.#reach = reach;
      this.#sinceMs = nowMs;
      this.#changed(reach);
    }
    if (reach === "silent") return;
    this.#rest();
    if (this.#reach === "open") return;
    const afterMs = nowMs - this.#sinceMs < LONG_MS ? AGAIN_MS : SELDOM_MS;
    this.#next = clock.wake(nowMs + afterMs, () => this.#dial());
  }
  #rest(): void {
    this.#next?.cancel();
    this.#next = null;
    for (const dial of [...this.#dials]) {
      this.#dials.delete(dial);
      dial.reset();
    }
  }
}
