/**
 * Connection pool: connections to endpoints that wait for reuse. Bounded in number and in time; the latest is taken
 * first, so the rest can age.
 */
import type { Endpoint } from "../edge/endpoints.ts";

export interface Reusable {
  readonly endpoint: Endpoint;
  /** Time at which the connection began to wait, in the agent's ms. */
  waitingSinceMs: number;
  /** Closes the connection: the wait was too long, or there is no room. */
  retire(): void;
}

export class ConnectionPool<U extends Reusable> {
  readonly #mostMs: number;
  readonly #most: number;
  readonly #waiting = new Map<string, U[]>();
  #size = 0;

  /**
   * `mostMs`: longest wait of a connection, shorter than servers keep idle connections, or the two ends race. `most`:
   * connections for each endpoint.
   */
  constructor(mostMs: number, most: number) {
    this.#mostMs = mostMs;
    this.#most = most;
  }
  get size(): number {
    return this.#size;
  }
  /**
   * Takes the latest waiting connection, the freshest. null: no connection waits, or none that can be trusted to be
   * alive; connections that waited too long are left to `sweep`.
   */
  take(endpoint: Endpoint, nowMs: number): U | null {
    const waiting = this.#waiting.get(endpoint.name);
    const latest = waiting?.at(-1);
    if (latest === undefined || nowMs - latest.waitingSinceMs >= this.#mostMs) return null;
    waiting!.pop();
    this.#size--;
    return latest;
  }
  give(reusable: U, nowMs: number): void {
    const { name } = reusable.endpoint;
    let waiting = this.#waiting.get(name);
    if (waiting === undefined) {
      waiting = [];
      this.#waiting.set(name, waiting);
    }
    if (waiting.length >= this.#most) {
      reusable.retire();
      return;
    }
    reusable.waitingSinceMs = nowMs;
    waiting.push(reusable);
    this.#size++;
  }
  /** Removes a connection that died while waiting. */
  forget(reusable: U): void {
    const waiting = this.#waiting.get(reusable.endpoint.name);
    const at = waiting?.indexOf(reusable) ?? -1;
    if (at < 0) return;
    waiting!.splice(at, 1);
    this.#size--;
  }
  /** Retires connections that have waited too long. */
  sweep(nowMs: number): void {
    for (const waiting of this.#waiting.values()) {
      // Pushed in order of time and taken from the end, so the oldest stand first.
      const fresh = waiting.findIndex(({ waitingSinceMs }) => nowMs - waitingSinceMs < this.#mostMs);
      this.#retire(waiting.splice(0, fresh < 0 ? waiting.length : fresh));
    }
  }
  /** Retires the connections of endpoints that are not in use any more. */
  keepOnly(names: readonly string[]): void {
    for (const [name, waiting] of this.#waiting) if (!names.includes(name)) this.#retire(waiting.splice(0));
  }
  close(): void {
    for (const waiting of this.#waiting.values()) this.#retire(waiting.splice(0));
  }
  #retire(old: readonly U[]): void {
    this.#size -= old.length;
    for (const reusable of old) reusable.retire();
  }
}
