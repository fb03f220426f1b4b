/**
 * Memory users: the flows that learn when memory for held bytes runs out, as a list through the flows themselves
 * (Knuth, TAOCP 1, 2.2.5). A flow joins and leaves with each delayed exchange: entries of a `Set` were 3% of its cost.
 */

/** Flow whose parts may be held. The list owns `before` and `after`; null: in no list. */
export interface MemoryUser {
  before: MemoryUser | null;
  after: MemoryUser | null;
  /** Called when memory runs out, and when there is room again. */
  memoryChanged(): void;
}

export class MemoryUsers {
  /** Ends of the list, closed to a ring. */
  readonly #root: MemoryUser = { before: null, after: null, memoryChanged() {} };

  constructor() {
    this.#root.before = this.#root;
    this.#root.after = this.#root;
  }
  /** Puts a user at the end; without effect where the user is in the list. */
  add(user: MemoryUser): void {
    if (user.before !== null) return;
    const last = this.#root.before!;
    user.before = last;
    user.after = this.#root;
    last.after = user;
    this.#root.before = user;
  }
  /** Takes a user out; without effect where the user is in no list. */
  delete(user: MemoryUser): void {
    if (user.before === null) return;
    user.before.after = user.after;
    user.after!.before = user.before;
    user.before = null;
    user.after = null;
  }
  /** Calls `memoryChanged` of all users that were in the list before the first call. */
  tell(): void {
    const users: MemoryUser[] = [];
    for (let user = this.#root.after!; user !== this.#root; user = user.after!) users.push(user);
    for (const user of users) user.memoryChanged();
  }
}
