/**
 * Budget of bytes that all flows of the process hold together. Each flow has a bound of its own (`flow.ts`), but two
 * thousand flows at that bound had an agent of 88 MB grow to 826 MB.
 */

const MOST_BYTES = 256 * 1024 * 1024;
/** Part of the memory that the process may use at most, where a limit is set (cgroups). */
const PART_OF_LIMIT = 1 / 4;
/** `constrained`: limit on the process's memory, bytes; 0, or more than a machine has: none. */
export const budgetFor = (constrained: number): number =>
  constrained > 0 ? Math.min(MOST_BYTES, Math.floor(constrained * PART_OF_LIMIT)) : MOST_BYTES;

export class HeldBudget {
  readonly #mostBytes: number;
  #usedBytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }
  /** Notes that a flow holds so many bytes more, or fewer where negative. */
  use(bytes: number): void {
    this.#usedBytes += bytes;
  }
  get usedBytes(): number {
    return this.#usedBytes;
  }
  /**
   * True: flows that hold bytes take no more from their sources. Their own parts leave by time or with the fault, so no
   * flow waits for another.
   */
  get isSpent(): boolean {
    return this.#usedBytes >= this.#mostBytes;
  }
}
/** Budget of this process. */
export const PROCESS_BUDGET = new HeldBudget(budgetFor(process.constrainedMemory?.() ?? 0));
