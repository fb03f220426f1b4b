/**
 * Addresses behind the names of an edge's endpoints and callers, looked up again and again: the kernel redirects
 * addresses, and a name's addresses change.
 */
import type { Clock } from "../clock/clock.ts";
import { canonicalHost } from "./grammar.ts";

/**
 * Time, ms, for which an address stays after a last answer with the address: name servers answer with a part of a long
 * list, and callers keep an answer for a while.
 */
const KEPT_MS = 30_000;
/** Time, ms, that an edge waits for a first answer: a name without addresses must not keep further edges waiting. */
const FIRST_WITHIN_MS = 1_000;

/** Codes of an answer that says: no such name, or no address under that name. */
const ABSENT: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA"]);

export type Lookup = (name: string) => Promise<readonly string[]>;

export class Addresses {
  readonly #clock: Clock;
  readonly #lookup: Lookup;
  /** By name and address: the time of the last answer with that address. */
  readonly #found = new Map<string, Map<string, number>>();
  readonly #asking = new Set<string>();

  constructor(clock: Clock, lookup: Lookup) {
    this.#clock = clock;
    this.#lookup = lookup;
  }
  /** IP addresses of a host that is known now, in the gate's form; empty: none is known yet. */
  of(host: string): readonly string[] {
    const literal = canonicalHost(host);
    if (literal !== null) return [literal];
    const nowMs = this.#clock.nowMs();
    const found = this.#found.get(host) ?? new Map<string, number>();
    for (const [address, lastMs] of found) if (lastMs + KEPT_MS < nowMs) found.delete(address);
    return [...found.keys()];
  }
  /** Looks the names among `hosts` up; resolves when all have an answer, or soon without. */
  async look(hosts: readonly string[]): Promise<void> {
    const names = [...new Set(hosts)].filter((host) => canonicalHost(host) === null && !this.#asking.has(host));
    if (names.length === 0) return;
    await new Promise<void>((done) => {
      const alarm = this.#clock.wake(this.#clock.nowMs() + FIRST_WITHIN_MS, done);
      const answered = () => {
        alarm.cancel();
        done();
      };
      Promise.all(names.map((name) => this.#ask(name))).then(answered, answered);
    });
  }
  async #ask(name: string): Promise<void> {
    this.#asking.add(name);
    try {
      const found = this.#found.get(name) ?? new Map<string, number>();
      this.#found.set(name, found);
      for (const address of await this.#lookup(name)) {
        const host = canonicalHost(address);
        if (host !== null) found.set(host, this.#clock.nowMs());
      }
    } catch (error) {
      if (ABSENT.has((error as { code?: string }).code ?? "")) return;
      // Silence of a name server takes no address away.
      const nowMs = this.#clock.nowMs();
      const known = this.#found.get(name);
      for (const [address, lastMs] of known ?? []) if (lastMs + KEPT_MS >= nowMs) known!.set(address, nowMs);
    } finally {
      this.#asking.delete(name);
    }
  }
}
