/** One thing after the other: whatever is done to one schedule waits for what is under way there. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }
  /** Resolves once nothing of what was asked for so far is under way. */
  async waitForUnlock(): Promise<void> {
    await this.#last;
  }
}
