/** Server list: decides the next server to dial, and the time of the dial. */
const FIRST_REDIAL_MS = 250;
const LONGEST_REDIAL_MS = 5_000;
/** Longest wait while servers answer that they do not lead: a leader is expected soon. */
const LONGEST_SEARCH_MS = 1_000;

export class ServerList {
  readonly #all: readonly string[];
  readonly #random: () => number;
  #at = 0;
  #failures = 0;
  /** True when the last server answered that another server leads, or none. */
  #searching = false;
  /** True when the last server named the leader. */
  #named = false;

  /** Takes at least one server. `random` in [0, 1). */
  constructor(all: readonly string[], random: () => number) {
    this.#all = all;
    this.#random = random;
  }
  get current(): string {
    return this.#all[this.#at]!;
  }
  /** True until a dial has failed since the last success. */
  get isFirstFailure(): boolean {
    return this.#failures === 0;
  }
  reached(): void {
    this.#failures = 0;
    this.#searching = false;
  }
  /**
   * The current server does not lead. The named leader is dialled next, but only if listed: a token goes nowhere else.
   */
  redirectTo(leader: string): void {
    const at = this.#all.findIndex((server) => isSame(server, leader));
    this.#searching = true;
    this.#named = at >= 0 && at !== this.#at;
    if (this.#named) this.#at = at;
  }
  /** Wait before the next dial, ms; that dial goes to the next server of the list, unless a leader was named. */
  nextWaitMs(): number {
    const rounds = Math.min(10, Math.floor(this.#failures / this.#all.length));
    const longestMs = this.#searching ? LONGEST_SEARCH_MS : LONGEST_REDIAL_MS;
    const waitMs = Math.min(longestMs, FIRST_REDIAL_MS * 2 ** rounds) * (0.5 + this.#random() / 2);
    this.#failures++;
    if (!this.#named) this.#at = (this.#at + 1) % this.#all.length;
    this.#named = false;
    return waitMs;
  }
}

const isSame = (a: string, b: string): boolean => {
  try {
    return new URL(a).origin === new URL(b).origin;
  } catch {
    return false;
  }
};
