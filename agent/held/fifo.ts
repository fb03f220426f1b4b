/** FIFO queue that does not move waiting items; the front can be put back. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }
  get front(): T | undefined {
    return this.#items[this.#first];
  }
  get back(): T | undefined {
    return this.length === 0 ? undefined : this.#items[this.#items.length - 1];
  }
  push(item: T): void {
    this.#items.push(item);
  }
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    if (this.#first === this.#items.length) {
      this.#items = [];
      this.#first = 0;
    } else if (this.#first > 1_024 && this.#first * 2 > this.#items.length) {
      // Half of the array is spent: each item is moved at most once for each item that left.
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
  putBack(item: T): void {
    if (this.#first > 0) this.#items[--this.#first] = item;
    else this.#items.unshift(item);
  }
}
