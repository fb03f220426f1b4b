/**
 * Alarm queue: alarms in order of their times, as a binary heap (Williams, "Algorithm 232: Heapsort", 1964). Each alarm
 * knows its place in the heap, so that a cancelled alarm leaves at once: a thousand dials that succeed leave no trace.
 */
const NOWHERE = -1;

export class QueuedAlarm {
  readonly atMs: number;
  readonly ring: () => void;
  /** Number among the alarms of the queue, by which alarms of the same time ring in order. */
  readonly ordinal: number;
  /** The wait is so short that a fraction of a millisecond matters. */
  readonly isShort: boolean;
  readonly #queue: AlarmQueue;
  /** Index in the heap; `NOWHERE`: rung or cancelled. */
  place = NOWHERE;

  constructor(queue: AlarmQueue, atMs: number, ring: () => void, ordinal: number, isShort: boolean) {
    this.#queue = queue;
    this.atMs = atMs;
    this.ring = ring;
    this.ordinal = ordinal;
    this.isShort = isShort;
  }
  cancel(): void {
    this.#queue.remove(this);
  }
}

export class AlarmQueue {
  readonly #heap: QueuedAlarm[] = [];
  readonly #emptied: () => void;
  #last = 0;

  /** `emptied`: called when the last alarm has left. */
  constructor(emptied: () => void) {
    this.#emptied = emptied;
  }
  /** Alarm that rings next. */
  get first(): QueuedAlarm | undefined {
    return this.#heap[0];
  }
  get size(): number {
    return this.#heap.length;
  }
  /** Ordinal of the last alarm that was added. */
  get lastOrdinal(): number {
    return this.#last;
  }
  add(atMs: number, ring: () => void, isShort: boolean): QueuedAlarm {
    const alarm = new QueuedAlarm(this, atMs, ring, ++this.#last, isShort);
    this.#heap.push(alarm);
    this.#rise(alarm, this.#heap.length - 1);
    return alarm;
  }
  /** Takes an alarm out; without effect where the alarm has left. */
  remove(alarm: QueuedAlarm): void {
    const { place } = alarm;
    if (place === NOWHERE) return;
    alarm.place = NOWHERE;
    const last = this.#heap.pop()!;
    if (last !== alarm) {
      this.#rise(last, place);
      if (last.place === place) this.#sink(last, place);
    } else if (this.#heap.length === 0) this.#emptied();
  }

  #rise(alarm: QueuedAlarm, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above]!;
      if (!isBefore(alarm, parent)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(alarm, place);
  }
  #sink(alarm: QueuedAlarm, from: number): void {
    const heap = this.#heap;
    let place = from;
    for (let below = 2 * place + 1; below < heap.length; below = 2 * place + 1) {
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
      const child = heap[below]!;
      if (!isBefore(child, alarm)) break;
      this.#put(child, place);
      place = below;
    }
    this.#put(alarm, place);
  }
  #put(alarm: QueuedAlarm, place: number): void {
    this.#heap[place] = alarm;
    alarm.place = place;
  }
}

const isBefore = (a: QueuedAlarm, b: QueuedAlarm): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.ordinal < b.ordinal);
