/**
 * Gates: two gate processes, with the whole redirect in two tables. When the kernel takes a table away, the second table
 * redirects on without a gap; and connections that come by the redirect live only while some table redirects.
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import { WayInError } from "../edge/way-in.ts";
import type { AgentLog } from "../log.ts";
import type { Address } from "../transport/transport.ts";
import { Deliveries } from "./deliveries.ts";
import { GateProcess } from "./gate-process.ts";
import {
  type ConnectionCut,
  cutKeyOf,
  cutLines,
  type Direction,
  type GateTable,
  keyOf,
  type Reach,
  type Redirection,
  reachLines,
  redirectLines,
  releaseLine,
} from "./grammar.ts";

/** Interval of renewals, ms: elements live for 5 s. */
const RENEW_MS = 1_000;
/** Renewals from one check of the tables to the next. */
const CHECKED_EVERY = 5;
const SHORTEST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
/** Life of a gate, ms, after which the end of that gate says nothing about the next gate. */
const SOUND_MS = 1_000;
/** Time for a gate to stand, ms. */
const STANDS_WITHIN_MS = 10_000;
/** Lines sent, bytes, after which a gate is replaced: `nft -i` keeps a history of all commands in memory. */
const MOST_SENT_BYTES = 2 ** 20;
/** Time, ms, in which the kernel has every line that was sent. */
const TAKEN_WITHIN_MS = 2_000;
const LOOK_MS = 20;
/** Time after a new redirection, ms, in which every renewal looks whether connections come through. */
const FRESH_MS = 5_000;
/** Time for which nothing is redirected in a blocked direction, ms, doubled each time: a try costs callers some seconds. */
const SHORTEST_BLOCK_MS = 60_000;
const LONGEST_BLOCK_MS = 1_800_000;
const DIRECTIONS = ["calls", "arrivals"] as const;
/** Time, ms, in which a listener accepts the last redirected connections: those left in its queue would be reset. */
const ACCEPTED_WITHIN_MS = 50;

const NO_RIGHT = /not permitted/i;
/** Reason why no redirect is possible, with the remedy. */
const unavailable = (why: string): Error =>
  new Error(
    NO_RIGHT.test(why)
      ? `--intercept: no right to change this machine's nftables (${why}): run the agent as root, or with AmbientCapabilities=CAP_NET_ADMIN and Group=4780`
      : `--intercept: no redirect is possible here: ${why}; expected nft (nftables 0.9.9 or later) and Linux 5.12 or later`,
  );

export interface GatesDeps {
  readonly clock: Clock;
  readonly log: AgentLog;
  /** Starts a gate; other than a process of `gate.sh` in tests only. */
  readonly start?: (onEnd: () => void) => GateProcess;
}
interface Slot {
  gate: GateProcess | null;
  sinceMs: number;
  backoffMs: number;
}

export class Gates {
  readonly #clock: Clock;
  readonly #log: AgentLog;
  readonly #report = (error: unknown) => this.#log(`the redirect: ${String(error)}`, "error");
  readonly #start: (onEnd: () => void) => GateProcess;
  readonly #slots: readonly Slot[];
  readonly #redirected: Readonly<Record<Direction, Map<string, Redirection>>> = {
    calls: new Map(),
    arrivals: new Map(),
  };
  readonly #cuts = new Map<string, ConnectionCut>();
  readonly #deliveries: Readonly<Record<Direction, Deliveries>> = {
    calls: new Deliveries(),
    arrivals: new Deliveries(),
  };
  readonly #blockedUntilMs: Record<Direction, number> = { calls: 0, arrivals: 0 };
  readonly #blockMs: Record<Direction, number> = { calls: SHORTEST_BLOCK_MS, arrivals: SHORTEST_BLOCK_MS };
  /** Packets that began connections, by gate, as of the last look. */
  readonly #begun = new WeakMap<GateProcess, Readonly<Record<Direction, number>>>();
  #lastPutMs = Number.NEGATIVE_INFINITY;
  /** Packets of passers without room, by gate, as of the last list. */
  readonly #overflows = new WeakMap<GateProcess, number>();
  #renewals = 0;
  #alarm: Alarm | null = null;
  #hasOpened = false;
  #isLettingGo = false;
  /** Resolves when no table redirects any more, once that was asked for. */
  #gone: Promise<unknown> = Promise.resolve();
  /** Called when connections begin to pass that no table counts. */
  onGap: () => void = () => {};

  /** Starts the gates. Rejects, with the reason and the remedy, where the kernel gives no redirect. */
  static async open(deps: GatesDeps): Promise<Gates> {
    const gates = new Gates(deps);
    const started = gates.#slots.map((slot) => gates.#fill(slot));
    try {
      await Promise.all(started.map(({ ready }) => ready));
    } catch (error) {
      await gates.end();
      throw unavailable((error as Error).message);
    }
    gates.#hasOpened = true;
    gates.#renew();
    return gates;
  }
  private constructor({ clock, log, start }: GatesDeps) {
    this.#clock = clock;
    this.#log = log;
    const onError = (line: string) => log(`gate: ${line.slice(0, 200)}`, "warn");
    this.#start = start ?? ((onEnd) => new GateProcess({ clock, onError, onEnd }));
    const empty = (): Slot => ({ gate: null, sinceMs: 0, backoffMs: 0 });
    this.#slots = [empty(), empty()];
  }

  /** Redirects connections to an address from here on, at once. */
  put(direction: Direction, redirection: Redirection): void {
    if (this.#isLettingGo) return;
    this.#redirected[direction].set(keyOf(redirection), redirection);
    this.#lastPutMs = this.#clock.nowMs();
    if (!this.#isBlocked(direction)) this.#sendAll(redirectLines(direction, [redirection]));
  }
  /** Sets the end that new connections to a redirected address meet from here on. */
  setReach(direction: Direction, address: Address, reach: Reach): void {
    const key = keyOf(address);
    const redirection = this.#redirected[direction].get(key);
    if (redirection === undefined) return;
    const changed = { ...redirection, reach };
    this.#redirected[direction].set(key, changed);
    if (!this.#isBlocked(direction)) this.#sendAll(reachLines(direction, [changed]));
  }
  /** The agent has accepted a connection that the redirect brought. */
  delivered(direction: Direction): void {
    this.#deliveries[direction].accept();
  }
  /** Resolves at once, or, when the redirect is ending, once the last redirected connections are accepted. */
  async settled(): Promise<void> {
    if (!this.#isLettingGo) return;
    await this.#gone;
    await this.#wait(this.#clock.nowMs() + ACCEPTED_WITHIN_MS);
  }
  /** Ends the redirect of an address; resolves when no table has the address: the listener may close. */
  async release(direction: Direction, address: Address): Promise<void> {
    const key = keyOf(address);
    if (this.#isLettingGo) return this.settled();
    if (!this.#redirected[direction].delete(key)) return;
    this.#sendAll([releaseLine(direction, address)]);
    await this.#seen(({ redirected, shut }) => !redirected[direction].has(key) && !shut[direction].has(key));
    await this.#wait(this.#clock.nowMs() + ACCEPTED_WITHIN_MS);
  }
  /** Resolves when both tables have all redirections. Rejects if the kernel has not taken all in time. */
  async taken(): Promise<void> {
    if (!(await this.#seen((table) => this.#lacksNothing(table))))
      throw new WayInError("the kernel has not taken the redirect in time: the log has nft's reason");
  }
  /** Resets older connections from here on: exactly `cuts`. */
  setCuts(cuts: readonly ConnectionCut[]): void {
    const wanted = new Set(cuts.map(cutKeyOf));
    const over = [...this.#cuts.values()].filter((cut) => !wanted.has(cutKeyOf(cut)));
    this.#cuts.clear();
    for (const cut of cuts) this.#cuts.set(cutKeyOf(cut), cut);
    this.#sendAll([...cutLines("uncut", over), ...cutLines("cut", cuts)]);
  }
  /** The table of the gate that stands for the longest time, and so has seen the most; null: no gate stands. */
  async list(): Promise<GateTable | null> {
    const [oldest] = this.#standing.toSorted((a, b) => a.sinceMs - b.sinceMs);
    const table = (await oldest?.gate?.list()) ?? null;
    if (table === null) return null;
    const before = this.#overflows.get(oldest!.gate!) ?? 0;
    this.#overflows.set(oldest!.gate!, table.overflow);
    return { ...table, overflow: table.overflow - before };
  }
  /** The cuts that some table still has. */
  async cutsInForce(): Promise<ReadonlySet<string>> {
    const tables = await Promise.all(this.#standing.map(({ gate }) => gate!.list()));
    return new Set(tables.flatMap((table) => [...(table?.cuts ?? [])]));
  }
  /**
   * Ends every redirect for good, and resolves when no table has any; connections that came by the redirect live on until
   * `end`.
   */
  letGo(): Promise<unknown> {
    if (this.#isLettingGo) return this.#gone;
    this.#isLettingGo = true;
    this.#alarm?.cancel();
    this.#redirected.calls.clear();
    this.#redirected.arrivals.clear();
    this.#cuts.clear();
    this.#sendAll(["!"]);
    this.#gone = this.#seen(
      ({ redirected, shut, cuts }) =>
        cuts.size === 0 && DIRECTIONS.every((each) => redirected[each].size + shut[each].size === 0),
    );
    return this.#gone;
  }
  /** Lets both gates end; resolves when the kernel has taken both tables away. */
  async end(): Promise<void> {
    this.letGo().catch(this.#report);
    await Promise.all(this.#slots.map(({ gate }) => gate?.end()));
  }

  /** False: connections pass, and not every connection is counted by a table. */
  get isStanding(): boolean {
    return this.#standing.length > 0 && !DIRECTIONS.some((direction) => this.#isBlocked(direction));
  }
  get #standing(): readonly Slot[] {
    return this.#slots.filter(({ gate }) => gate?.isStanding === true);
  }
  #sendAll(lines: readonly string[]): void {
    for (const { gate } of this.#standing) for (const line of lines) gate!.send(line);
  }
  get #lines(): readonly string[] {
    const open = DIRECTIONS.filter((direction) => !this.#isBlocked(direction));
    return [
      ...open.flatMap((direction) => redirectLines(direction, [...this.#redirected[direction].values()])),
      ...cutLines("cut", [...this.#cuts.values()]),
    ];
  }
  #isBlocked(direction: Direction): boolean {
    return this.#clock.nowMs() < this.#blockedUntilMs[direction];
  }
  #lacksNothing({ redirected, shut }: GateTable): boolean {
    const has = (direction: Direction) =>
      this.#isBlocked(direction) ||
      [...this.#redirected[direction]].every(
        ([key, { localPort, reach }]) =>
          redirected[direction].get(key) === localPort && (shut[direction].get(key) ?? "open") === reach,
      );
    return has("calls") && has("arrivals");
  }
  /** Looks until every table that stands fits; false: some table does not in time. */
  async #seen(fits: (table: GateTable) => boolean): Promise<boolean> {
    const untilMs = this.#clock.nowMs() + TAKEN_WITHIN_MS;
    for (;;) {
      const lists = Promise.all(this.#standing.map(({ gate }) => gate!.list()));
      // A gate that stands still gives no answer.
      const tables = await Promise.race([lists, this.#wait(untilMs).then(() => null)]);
      if (tables?.every((table) => table === null || fits(table)) === true) return true;
      if (this.#clock.nowMs() >= untilMs) return false;
      await this.#wait(this.#clock.nowMs() + LOOK_MS);
    }
  }
  #wait(untilMs: number): Promise<void> {
    return new Promise((done) => {
      this.#clock.wake(untilMs, done);
    });
  }

  #renew(): void {
    if (this.#isLettingGo) return;
    this.#renewals += 1;
    if (this.#renewals % CHECKED_EVERY === 0 || this.#clock.nowMs() - this.#lastPutMs < FRESH_MS)
      this.#lookForBlocks().catch(this.#report);
    const lines = this.#lines;
    const stuckMs = this.#clock.nowMs() - STANDS_WITHIN_MS;
    for (const { gate, sinceMs } of this.#slots) if (gate?.isStanding === false && sinceMs < stuckMs) gate.kill();
    for (const slot of this.#standing) {
      const gate = slot.gate!;
      gate.look();
      for (const line of lines) gate.send(line);
      if (this.#renewals % CHECKED_EVERY === 0) this.#check(gate).catch(this.#report);
      if (gate.sentBytes > MOST_SENT_BYTES && this.#standing.length > 1) gate.end().catch(this.#report);
    }
    this.#alarm = this.#clock.wake(this.#clock.nowMs() + RENEW_MS, () => this.#renew(), "roughly");
  }
  /** Replaces a gate whose table lacks lines that were sent: the gate's nft does not follow. */
  async #check(gate: GateProcess): Promise<void> {
    const lacksBefore = await this.#lacks(gate);
    if (!lacksBefore || !(await this.#lacks(gate))) return;
    this.#log("a gate's table lacks the redirect that was sent: the gate is replaced", "warn");
    gate.kill();
  }
  async #lacks(gate: GateProcess): Promise<boolean> {
    await this.#wait(this.#clock.nowMs() + RENEW_MS / 2);
    const table = await gate.list();
    return table !== null && !this.#isLettingGo && !this.#lacksNothing(table);
  }

  /** Lets connections pass in a direction in which the redirect brings them nowhere. */
  async #lookForBlocks(): Promise<void> {
    const gates = this.#standing.map(({ gate }) => gate!);
    const begun = { calls: 0, arrivals: 0 };
    for (const gate of gates) {
      const table = await gate.list();
      if (table === null) continue;
      for (const direction of DIRECTIONS)
        begun[direction] += table.begun[direction] - (this.#begun.get(gate)?.[direction] ?? 0);
      this.#begun.set(gate, table.begun);
    }
    const nowMs = this.#clock.nowMs();
    for (const direction of DIRECTIONS)
      if (
        !this.#isBlocked(direction) &&
        !this.#isLettingGo &&
        this.#deliveries[direction].look(begun[direction], nowMs)
      )
        this.#block(direction, nowMs);
  }
  #block(direction: Direction, nowMs: number): void {
    const blockMs = this.#blockMs[direction];
    this.#log(
      `the redirect of ${direction} is taken away for ${blockMs / 1_000} s: its connections do not reach this agent, so that every call hangs. A firewall of this machine drops them: let it accept \`ct status dnat\``,
      "error",
    );
    for (const redirection of this.#redirected[direction].values())
      this.#sendAll([releaseLine(direction, redirection)]);
    this.#blockedUntilMs[direction] = nowMs + blockMs;
    this.#blockMs[direction] = Math.min(2 * blockMs, LONGEST_BLOCK_MS);
    // The first looks at the next try are close together, too.
    this.#lastPutMs = this.#blockedUntilMs[direction];
    this.onGap();
  }

  #fill(slot: Slot): GateProcess {
    const gate = this.#start(() => this.#fell(slot, gate));
    slot.gate = gate;
    slot.sinceMs = this.#clock.nowMs();
    gate.ready.then(
      () => {
        slot.sinceMs = this.#clock.nowMs();
        for (const line of this.#lines) gate.send(line);
      },
      () => {},
    );
    return gate;
  }
  #fell(slot: Slot, gate: GateProcess): void {
    if (!this.#hasOpened || this.#isLettingGo || slot.gate !== gate) return;
    const wasSound = this.#clock.nowMs() - slot.sinceMs >= SOUND_MS;
    slot.backoffMs = wasSound ? 0 : Math.min(LONGEST_BACKOFF_MS, Math.max(SHORTEST_BACKOFF_MS, slot.backoffMs * 2));
    const isGap = this.#standing.length === 0;
    this.#log(`a gate has ended${isGap ? ", and no other stands: calls pass by" : ""}; another is started`, "warn");
    if (isGap) this.onGap();
    slot.gate = null;
    const again = () => {
      if (!this.#isLettingGo) this.#fill(slot);
    };
    this.#clock.wake(this.#clock.nowMs() + slot.backoffMs, again);
  }
}
