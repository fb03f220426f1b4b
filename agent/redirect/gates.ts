/**
 * Gates: two gate processes, with the whole redirect in two tables. When the kernel takes a table away, the second table
 * redirects on without a gap; and connections that come by the redirect live only while some table redirects.
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import { WayInError } from "../edge/way-in.ts";
import type { AgentLog } from "../log.ts";
import { familyOf, spellAddress } from "../transport/address.ts";
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
/** An address that is to be redirected. */
interface Target {
  redirection: Redirection;
  readonly deliveries: Deliveries;
}
const familyIn = ({ redirection: { host } }: Target): number => familyOf(host);
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
  readonly #targets: Readonly<Record<Direction, Map<string, Target>>> = {
    calls: new Map(),
    arrivals: new Map(),
  };
  readonly #cuts = new Map<string, ConnectionCut>();
  /** Packets that began connections, by gate, as of the last look. */
  readonly #begun = new WeakMap<GateProcess, GateTable["begun"]>();
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
    const deliveries = new Deliveries(this.#clock.nowMs());
    this.#targets[direction].set(keyOf(redirection), { redirection, deliveries });
    this.#sendAll(redirectLines(direction, [redirection]));
  }
  /** Sets the end that new connections to a redirected address meet from here on. */
  setReach(direction: Direction, address: Address, reach: Reach): void {
    const target = this.#targets[direction].get(keyOf(address));
    if (target === undefined) return;
    target.redirection = { ...target.redirection, reach };
    if (!this.#isBlocked(target)) this.#sendAll(reachLines(direction, [target.redirection]));
  }
  /** The agent has accepted a connection that the redirect brought for an address. */
  delivered(direction: Direction, address: Address): void {
    this.#targets[direction].get(keyOf(address))?.deliveries.accept();
  }
  /** True: connections to the address pass, because the redirect brings them nowhere; a table may count them no more. */
  isBlocked(direction: Direction, address: Address): boolean {
    const target = this.#targets[direction].get(keyOf(address));
    return target !== undefined && this.#isBlocked(target);
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
    if (!this.#targets[direction].delete(key)) return;
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
    for (const direction of DIRECTIONS) this.#targets[direction].clear();
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

  /** False: connections pass, and no table counts them. */
  get isStanding(): boolean {
    return this.#standing.length > 0;
  }
  get #standing(): readonly Slot[] {
    return this.#slots.filter(({ gate }) => gate?.isStanding === true);
  }
  #sendAll(lines: readonly string[]): void {
    for (const { gate } of this.#standing) for (const line of lines) gate!.send(line);
  }
  get #lines(): readonly string[] {
    return [
      ...DIRECTIONS.flatMap((direction) => redirectLines(direction, this.#open(direction))),
      ...cutLines("cut", [...this.#cuts.values()]),
    ];
  }
  /** Redirections that are to stand now. */
  #open(direction: Direction): readonly Redirection[] {
    const open = [...this.#targets[direction].values()].filter((target) => !this.#isBlocked(target));
    return open.map(({ redirection }) => redirection);
  }
  #isBlocked({ deliveries }: Target): boolean {
    return deliveries.isBlocked(this.#clock.nowMs());
  }
  #lacksNothing({ redirected, shut }: GateTable): boolean {
    return DIRECTIONS.every((direction) =>
      this.#open(direction).every(({ localPort, reach, ...address }) => {
        const key = keyOf(address);
        return redirected[direction].get(key) === localPort && (shut[direction].get(key) ?? "open") === reach;
      }),
    );
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
    if (this.#renewals % CHECKED_EVERY === 0 || this.#isFresh) this.#lookForBlocks().catch(this.#report);
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

  /** True: the redirect of some address has begun a short time ago. */
  get #isFresh(): boolean {
    const nowMs = this.#clock.nowMs();
    return DIRECTIONS.some((direction) =>
      [...this.#targets[direction].values()].some(({ deliveries }) => deliveries.isFresh(nowMs)),
    );
  }
  /** Lets connections pass to an address for which the redirect brings them nowhere. */
  async #lookForBlocks(): Promise<void> {
    const begun = { calls: new Map<string, number>(), arrivals: new Map<string, number>() };
    for (const { gate } of this.#standing) {
      const table = await gate!.list();
      if (table === null) continue;
      for (const direction of DIRECTIONS)
        for (const [key, count] of table.begun[direction]) {
          const before = this.#begun.get(gate!)?.[direction].get(key) ?? 0;
          // The kernel forgets an address to which nothing came for a minute, and counts from 1 again.
          const more = count < before ? count : count - before;
          begun[direction].set(key, (begun[direction].get(key) ?? 0) + more);
        }
      this.#begun.set(gate!, table.begun);
    }
    if (this.#isLettingGo) return;
    const nowMs = this.#clock.nowMs();
    for (const direction of DIRECTIONS) {
      const all = [...this.#targets[direction]];
      const blocked = all.filter(([key, { deliveries }]) => deliveries.look(begun[direction].get(key) ?? 0, nowMs));
      if (blocked.length === 0) continue;
      // Rules of a firewall seldom tell addresses of a family apart, and each try would cost callers some seconds.
      const proven = new Set(all.flatMap(([, each]) => (each.deliveries.isProven ? familyIn(each) : [])));
      const alike = all.filter(([, each]) => !this.#isBlocked(each) && !proven.has(familyIn(each)));
      for (const target of new Set([...blocked, ...alike].map(([, each]) => each)))
        this.#block(direction, target, nowMs);
    }
  }
  #block(direction: Direction, { redirection, deliveries }: Target, nowMs: number): void {
    const blockMs = deliveries.block(nowMs);
    this.#log(
      `the redirect of ${direction} at ${spellAddress(redirection)} is taken away for ${blockMs / 1_000} s: its connections do not reach this agent, so that every call hangs. A firewall of this machine drops them: let it accept \`ct status dnat\``,
      "error",
    );
    this.#sendAll([releaseLine(direction, redirection)]);
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
