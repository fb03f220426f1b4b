/** Mutex of a schedule: each operation on the schedule waits for the operations before. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }
  /** Resolves once every operation requested so far has finished. */
  async waitForUnlock(): Promise<void> {
    await this.#last;
  }
}
