/**
 * Redirect: the kernel sends a caller's new connections to this agent (KUBERNETES.md 1). Joins the gates with the edges:
 * opens the way in of an edge, counts for the faults which connections passed by, and resets older connections where a
 * fault asks for that.
 */
import { asEdgeId, type EdgeId, type Instance, type RunId, spellEdge } from "../../experiments/model/names.ts";
import type { Alarm, Clock } from "../clock/clock.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import { type AcceptCall, listenOn, type OpenWayIn } from "../edge/way-in.ts";
import { Allotments } from "../faults/allotments.ts";
import { EdgeFaults } from "../faults/edge-faults.ts";
import { PassedBy } from "../faults/passed-by.ts";
import { holdingOf } from "../held/holding.ts";
import type { AgentLog } from "../log.ts";
import type { Observer } from "../metrics/observer.ts";
import { serveTcp } from "../splice/tcp.ts";
import { familyOf, spellAddress } from "../transport/address.ts";
import type { Transports } from "../transport/transport.ts";
import { Addresses, type Lookup } from "./addresses.ts";
import { Arrivals } from "./arrivals.ts";
import { Claims } from "./claims.ts";
import type { Gates } from "./gates.ts";
import { type ConnectionCut, cutKeyOf, type GateTable, type Passer } from "./grammar.ts";
import { redirectedArrivals } from "./redirected-arrivals.ts";
import { redirectedCalls } from "./redirected-calls.ts";
import type { RedirectedWay } from "./redirected-way.ts";
import { StrangerConnections } from "./stranger-connections.ts";

const LOOK_MS = 1_000;
/** Interval of reports on passers while a fault is live, ms. */
const REPORT_MS = 500;
/** Interval of looks at cuts that are to be gone, ms. */
const UNCUT_LOOK_MS = 50;
/** Interval of log lines about connections of no declared caller, ms. */
const STRANGERS_TOLD_MS = 10_000;

export interface RedirectDeps {
  readonly gates: Gates;
  readonly clock: Clock;
  readonly instance: Instance;
  readonly transports: Transports;
  readonly lookup: Lookup;
  readonly log: AgentLog;
}
interface WantedCut {
  readonly cut: ConnectionCut;
  readonly runs: Set<RunId>;
}
interface RedirectedEdge {
  readonly order: EdgeOrder;
  readonly faults: EdgeFaults;
  readonly way: RedirectedWay;
}

export class Redirect {
  readonly #deps: RedirectDeps;
  readonly #addresses: Addresses;
  readonly #arrivals: Arrivals;
  readonly #claims = new Claims();
  readonly #edges = new Map<EdgeId, RedirectedEdge>();
  /** Runs by the key of a cut that a table may have. */
  #cuts = new Map<string, ReadonlySet<RunId>>();
  #isUncutting = false;
  #nextReport: Alarm | null = null;
  #isOver = false;
  readonly #strangerConnections: StrangerConnections;
  #hasArrivals = false;
  #strangers = 0;
  #strangersTold = 0;

  constructor(deps: RedirectDeps) {
    const { clock, gates, transports, lookup } = deps;
    this.#deps = deps;
    this.#addresses = new Addresses(clock, lookup);
    this.#strangerConnections = new StrangerConnections(clock);
    const untouched = this.#passThrough();
    this.#arrivals = new Arrivals({
      ...{ gates, transports, clock },
      strangers: (from, claimants) => {
        this.#stranger(from);
        return (transport, endpoint) => {
          const receiver = untouched(transport, endpoint);
          const port = transport.addresses?.remote.port;
          if (from !== null && port !== undefined)
            return this.#strangerConnections.watch({ host: from, port }, endpoint, receiver);
          for (const id of claimants) this.#edges.get(id)?.faults.passedBy?.noteUnknown(1);
          return receiver;
        };
      },
    });
    gates.onGap = () => this.#passedUnknown(1);
    clock.wake(clock.nowMs() + LOOK_MS, () => this.#look());
  }

  /** Way in of an edge, whose faults hear of the connections that pass by. */
  wayIn(order: EdgeOrder, faults: EdgeFaults): OpenWayIn {
    const { gates, transports, clock, instance, log } = this.#deps;
    const warn = (line: string) => log(`edge ${spellEdge(order.id)}: ${line}`, "warn", { edge: order.id });
    const register = (given: EdgeOrder, way: RedirectedWay) => {
      faults.passedBy = new PassedBy(() => this.#setCuts());
      const edge = { order: given, faults, way };
      this.#edges.set(given.id, edge);
      return () => {
        if (this.#edges.get(given.id) === edge) this.#edges.delete(given.id);
      };
    };
    const shared = { gates, addresses: this.#addresses, register, warn };
    if (order.at === "callee") {
      this.#hasArrivals = true;
      return redirectedArrivals({ ...shared, arrivals: this.#arrivals });
    }
    return redirectedCalls({
      ...{ ...shared, transports, clock, claims: this.#claims },
      listening: listenOn(transports, instance),
    });
  }

  /** Takes up that faults have come or gone. */
  faultsChanged(): void {
    this.#setCuts();
    // At once, behind a fault's end too: the run may be over before the next report would come.
    this.#report();
  }
  /** Runs whose cuts a table may still have: effects outside of this process (SAFETY.md 3). */
  external(): readonly RunId[] {
    return [...this.#cuts.values()].flatMap((runs) => [...runs]);
  }
  /** Connections of no declared caller so far; null: no edge at the callee has been here. */
  get strangers(): number | null {
    return this.#hasArrivals ? this.#strangers : null;
  }
  /** Ends the redirect: new connections pass by, redirected connections live on until `close`. */
  letGo(): void {
    this.#isOver = true;
    const { gates } = this.#deps;
    gates.letGo().then(
      () => this.#cuts.clear(),
      (error) => this.#complain(error),
    );
  }
  /** Resolves when the kernel has nothing of the redirect any more. */
  async close(): Promise<void> {
    this.letGo();
    await this.#deps.gates.end();
  }

  /** Looks the addresses of all edges up again, and once more a while after the end of this look. */
  #look(): void {
    if (this.#isOver) return;
    const { clock } = this.#deps;
    this.#strangerConnections.forget();
    Promise.all([...this.#edges.values()].map(({ way }) => way.look()))
      .then(() => this.#setCuts())
      .catch((error) => this.#complain(error))
      .finally(() => clock.wake(clock.nowMs() + LOOK_MS, () => this.#look()));
  }
  #complain(error: unknown): void {
    this.#deps.log(`the redirect: ${error instanceof Error ? error.stack : String(error)}`, "error");
  }

  // === cuts
  #setCuts(): void {
    if (this.#isOver) return;
    const wanted = this.#wantedCuts();
    const all = new Map<string, ReadonlySet<RunId>>([...wanted].map(([key, { runs }]) => [key, runs]));
    const isOver = [...this.#cuts.keys()].some((key) => !all.has(key));
    const isNew = [...all.keys()].some((key) => !this.#cuts.has(key));
    if (!isOver && !isNew) return;
    for (const [key, runs] of this.#cuts) if (!all.has(key)) all.set(key, runs);
    this.#cuts = all;
    this.#deps.gates.setCuts([...wanted.values()].map(({ cut }) => cut));
    if (isOver) this.#uncut().catch((error) => this.#complain(error));
  }
  #wantedCuts(): ReadonlyMap<string, WantedCut> {
    const wanted = new Map<string, WantedCut>();
    for (const { faults, way } of this.#edges.values())
      for (const { existing, run, shadow } of faults.liveOrders) {
        if (existing !== "reset" || shadow) continue;
        const froms = way.callers === null ? [null] : [...way.callers];
        for (const { host, port } of way.targets)
          for (const from of froms) {
            if (from !== null && familyOf(from) !== familyOf(host)) continue;
            const cut = { from, host, port };
            const runs = wanted.get(cutKeyOf(cut))?.runs ?? new Set<RunId>();
            wanted.set(cutKeyOf(cut), { cut, runs: runs.add(run) });
          }
      }
    return wanted;
  }
  /** Looks until the tables have no cut that is over: the audit believes observations alone. */
  async #uncut(): Promise<void> {
    if (this.#isUncutting) return;
    this.#isUncutting = true;
    const { clock, gates } = this.#deps;
    for (;;) {
      const inForce = await gates.cutsInForce();
      const wanted = this.#wantedCuts();
      for (const key of [...this.#cuts.keys()]) if (!wanted.has(key) && !inForce.has(key)) this.#cuts.delete(key);
      if (this.#isOver || [...this.#cuts.keys()].every((key) => wanted.has(key))) break;
      await new Promise<void>((done) => clock.wake(clock.nowMs() + UNCUT_LOOK_MS, done));
    }
    this.#isUncutting = false;
  }

  // === connections that pass by
  get #isAsked(): boolean {
    return [...this.#edges.values()].some(({ faults }) => faults.passedBy?.isAsking === true);
  }
  #report(): void {
    const { clock, gates } = this.#deps;
    if (this.#isOver || !this.#isAsked) return;
    // Faults end by themselves, too.
    this.#setCuts();
    if (!gates.isStanding) this.#passedUnknown(1);
    for (const { faults, way } of this.#edges.values()) {
      const direction = way.callers === null ? "calls" : "arrivals";
      if (way.targets.some((target) => gates.isBlocked(direction, target))) faults.passedBy?.noteUnknown(1);
    }
    gates
      .list()
      .then((table) => {
        if (table !== null) this.#passed(table);
      })
      .catch((error) => this.#complain(error))
      .finally(() => {
        this.#nextReport?.cancel();
        this.#nextReport = clock.wake(clock.nowMs() + REPORT_MS, () => this.#report());
      });
  }
  #passed({ passers, overflow }: GateTable): void {
    const nowMs = this.#deps.clock.nowMs();
    const all = [
      ...passers.map(({ from, to, ageMs }) => ({ from, to, lastMs: nowMs - ageMs })),
      ...this.#strangerConnections.all,
    ];
    const connections = (way: RedirectedWay) =>
      all
        .filter(({ from, to }) => way.isFor(from.host, to))
        .map(({ from, to, lastMs }) => ({ pair: pairOf({ from, to }), lastMs }));
    for (const { faults, way } of this.#edges.values()) faults.passedBy?.note(connections(way));
    if (overflow > 0) this.#passedUnknown(overflow);
  }
  #passedUnknown(count: number): void {
    for (const { faults } of this.#edges.values()) faults.passedBy?.noteUnknown(count);
  }

  // === connections of no declared caller
  #stranger(from: string | null): void {
    this.#strangers += 1;
    if (this.#strangers - this.#strangersTold > 1) return;
    const { clock, log } = this.#deps;
    log(`a connection from ${from ?? "an unknown address"} is of no declared caller, and passes untouched`, "warn");
    clock.wake(clock.nowMs() + STRANGERS_TOLD_MS, () => {
      const more = this.#strangers - this.#strangersTold - 1;
      if (more > 0) log(`${more} more connections of no declared caller passed untouched`, "warn");
      this.#strangersTold = this.#strangers;
    });
  }
  /** Takes connections through without any fault, as a TCP edge does. */
  #passThrough(): AcceptCall {
    const { clock, instance, transports } = this.#deps;
    const id = asEdgeId("strangers");
    const order: EdgeOrder = { id, listen: "localhost:0", protocol: "tcp", endpoints: [], healthPath: null };
    const allotments = new Allotments();
    const faults = new EdgeFaults(order, {
      ...{ clock, instance, allotments, holding: holdingOf(clock) },
      expired: () => true,
    });
    const report = (error: unknown) => this.#complain(error);
    let accept: AcceptCall | null = null;
    serveTcp(order, faults, UNOBSERVED, {
      ...{ transports, clock, report },
      wayIn: async (_order, accepting) => {
        accept = accepting;
        return { address: { host: "localhost", port: 0 }, change: async () => {}, close: async () => {} };
      },
    }).catch(report);
    return (transport, endpoint) => accept!(transport, endpoint);
  }
}

const pairOf = ({ from, to }: Pick<Passer, "from" | "to">): string => `${spellAddress(from)} ${spellAddress(to)}`;
const UNOBSERVED: Observer = { began: () => null, ended() {}, unread() {}, refused() {}, turnedAway() {} };
