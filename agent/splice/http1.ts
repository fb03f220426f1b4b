/** HTTP edge: listens, splices callers to endpoints of the callee, and lets the edge's faults act on the traffic. */
import type { Clock } from "../clock/clock.ts";
import { Deadlines } from "../clock/deadlines.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import { type PairRoom, UNBOUNDED_ROOM } from "../edge/descriptors.ts";
import { limitsOf } from "../edge/limits.ts";
import { listenOn, type OpenWayIn } from "../edge/way-in.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { Observer } from "../metrics/observer.ts";
import { Orphans } from "../transport/orphans.ts";
import type { Address, Transports } from "../transport/transport.ts";
import { wrapConnection } from "./faulted-connection.ts";
import type { Callee } from "./http1-callee.ts";
import { Caller, type PairOwner } from "./http1-caller.ts";
import { type EdgeContext, type HttpLimits, UNREACHED_MS, type UnreachedCaller } from "./http1-edge-context.ts";
import { PeriodicCheck } from "./periodic-check.ts";
import { turnAway } from "./turn-away.ts";

export interface HttpDeps {
  readonly transports: Transports;
  readonly clock: Clock;
  /** Name of the agent; absent: of no agent. */
  readonly instance?: string;
  /** Way in of the edge's connections; absent: the edge's listening address. */
  readonly wayIn?: OpenWayIn;
  readonly limits?: Partial<HttpLimits>;
  /** Finder of callers that have gone, the same for all edges: each look reads the table of the whole machine. */
  readonly orphans?: Orphans;
  /** Room for the edge's pairs; absent: no bound. */
  readonly descriptors?: PairRoom;
  /** Called with a defect of the agent's own that cost a connection. */
  readonly report?: (error: unknown) => void;
}
export interface HttpEdge {
  readonly address: Address;
  /** Callers' connections open at this moment. */
  readonly connections: number;
  /** Endpoint's address of each of these connections. */
  connectedEndpoints(): Iterable<string>;
  /** Connections to endpoints, open or being dialled. */
  readonly upstreams: number;
  /**
   * Changes to another definition of the edge; open connections go on. Rejects when the address cannot be had, or an
   * address is invalid; then the edge is unchanged.
   */
  change(order: EdgeOrder): Promise<void>;
  /** Accepts no more connections. From here on each answer says that the connection ends afterwards. */
  drain(): Promise<void>;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Serves an edge. Rejects when an address of the order is invalid, or when the edge's own address cannot be listened
 * on.
 */
export const serveHttp = async (
  order: EdgeOrder,
  faults: EdgeFaults,
  observer: Observer,
  deps: HttpDeps,
): Promise<HttpEdge> => {
  const { transports, clock, instance = "", limits: given, descriptors = UNBOUNDED_ROOM, report = () => {} } = deps;
  const { orphans = new Orphans(clock, report), wayIn: openWayIn = listenOn(transports, instance) } = deps;
  const limitsFor = (of: EdgeOrder): HttpLimits => ({ unreachedMs: UNREACHED_MS, ...limitsOf(of), ...given });
  const limits = limitsFor(order);
  const callers = new Set<Caller>();
  const callees = new Set<Callee>();
  const watch = new PeriodicCheck(
    clock,
    () => context.limits,
    (nowMs) => {
      for (const caller of callers) caller.check(nowMs);
      return callers.size > 0;
    },
  );
  const context: EdgeContext = {
    orphans,
    faults,
    observer,
    clock,
    limits,
    unreached: new Deadlines<UnreachedCaller>(clock, limits.unreachedMs, (caller) => caller.waitedForRequest()),
    report,
    draining: false,
    dial: (endpoint, receiver) => transports.dial(endpoint, receiver, context.limits.connectMs),
  };
  const pairs: PairOwner = {
    callerGone(caller) {
      callers.delete(caller);
      descriptors.give(caller.sockets);
    },
    calleeBegan: (callee) => callees.add(callee),
    calleeGone(callee) {
      callees.delete(callee);
      descriptors.give(1);
    },
  };
  const wayIn = await openWayIn(order, (transport, endpoint) => {
    if (!descriptors.takePair()) return turnAway(transport, observer);
    return wrapConnection({ edge: faults, clock, endpoint: endpoint.name }, transport, (connection) => {
      const caller = new Caller(context, connection, endpoint, pairs);
      callers.add(caller);
      watch.begin();
      return caller;
    });
  });
  return {
    get address() {
      return wayIn.address;
    },
    get connections() {
      return callers.size;
    },
    connectedEndpoints: () => [...callers].map(({ callee }) => callee.endpoint.name),
    get upstreams() {
      return callees.size;
    },
    async change(next) {
      await wayIn.change(next);
      context.limits = limitsFor(next);
    },
    async drain() {
      context.draining = true;
      await wayIn.close();
    },
    async close() {
      await wayIn.close();
      watch.end();
      for (const caller of [...callers]) caller.end();
      context.unreached.close();
      for (const callee of [...callees]) callee.drop();
      descriptors.close();
    },
  };
};
