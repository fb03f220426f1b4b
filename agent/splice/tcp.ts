/** TCP edge: each connection is an exchange, and only the faults look at the bytes. */
import type { Clock } from "../clock/clock.ts";
import { Deadlines } from "../clock/deadlines.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import { DESCRIPTORS_A_PAIR, type PairRoom, UNBOUNDED_ROOM } from "../edge/descriptors.ts";
import { KEEP_ALIVE_AFTER_MS, limitsOf } from "../edge/limits.ts";
import { listenOn, type OpenWayIn } from "../edge/way-in.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { Observer } from "../metrics/observer.ts";
import { Orphans } from "../transport/orphans.ts";
import type { Address, Transports } from "../transport/transport.ts";
import { wrapConnection } from "./faulted-connection.ts";
import { TcpConnection, type TcpEdgeContext, type TcpLimits } from "./tcp-connection.ts";
import { turnAway } from "./turn-away.ts";

export interface TcpDeps {
  readonly transports: Transports;
  readonly clock: Clock;
  /** Name of the agent; absent: of no agent. */
  readonly instance?: string;
  /** Way in of the edge's connections; absent: the edge's listening address. */
  readonly wayIn?: OpenWayIn;
  readonly limits?: Partial<TcpLimits>;
  /** Finder of callers that have gone, the same for all edges: each look reads the table of the whole machine. */
  readonly orphans?: Orphans;
  /** Room for the edge's pairs; absent: no bound. */
  readonly descriptors?: PairRoom;
  /** Called with a defect of the agent's own. */
  readonly report: (error: unknown) => void;
}
export interface TcpEdge {
  readonly address: Address;
  /** Callers' connections open at this moment. */
  readonly connections: number;
  /** Endpoint's address of each of these connections. */
  connectedEndpoints(): Iterable<string>;
  /**
   * Changes to another definition of the edge; open connections go on. Rejects when the address cannot be had; then the
   * edge is unchanged.
   */
  change(order: EdgeOrder): Promise<void>;
  /** Accepts no more connections; open connections go on to the natural end. */
  drain(): Promise<void>;
  /** Stops listening and ends every connection: with FIN, and, `DRAIN_MS` later, the remaining connections with RST. */
  close(): Promise<void>;
}
export type ServeTcp = (order: EdgeOrder, faults: EdgeFaults, observer: Observer, deps: TcpDeps) => Promise<TcpEdge>;

const DRAIN_MS = 250;

export const serveTcp: ServeTcp = async (
  order,
  faults,
  observer,
  { transports, clock, instance = "", limits: given, descriptors = UNBOUNDED_ROOM, report, ...deps },
) => {
  const { orphans = new Orphans(clock, report), wayIn: openWayIn = listenOn(transports, instance) } = deps;
  const open = new Set<TcpConnection>();
  const limitsFor = (of: EdgeOrder): TcpLimits => ({ ...limitsOf(of), ...given });
  const limits = limitsFor(order);
  const quiet = new Deadlines<TcpConnection>(clock, KEEP_ALIVE_AFTER_MS, (connection) => connection.checkQuiet());
  const idleFor = (idleMs: number) =>
    new Deadlines<TcpConnection>(clock, idleMs, (connection) => connection.checkIdle());
  const allIdle = [idleFor(limits.idleMs)];
  const gone = () => descriptors.give(DESCRIPTORS_A_PAIR);
  const context: TcpEdgeContext = {
    transports,
    clock,
    observer,
    orphans,
    limits,
    open,
    idle: allIdle[0]!,
    quiet,
    gone,
  };
  const wayIn = await openWayIn(order, (transport, endpoint) => {
    if (!descriptors.takePair()) return turnAway(transport, observer);
    const deps = { edge: faults, clock, endpoint: endpoint.name };
    return wrapConnection(deps, transport, (connection) => new TcpConnection(context, connection, endpoint));
  });
  return {
    get address() {
      return wayIn.address;
    },
    get connections() {
      return open.size;
    },
    connectedEndpoints: () => [...open].map(({ endpoint }) => endpoint.name),
    async change(next) {
      await wayIn.change(next);
      const { idleMs } = context.limits;
      context.limits = limitsFor(next);
      if (idleMs === context.limits.idleMs) return;
      // Connections that are open keep the limit that they began with.
      context.idle = idleFor(context.limits.idleMs);
      allIdle.push(context.idle);
    },
    drain: () => wayIn.close(),
    async close() {
      await wayIn.close();
      for (const connection of [...open]) connection.end();
      for (const idle of allIdle) idle.close();
      quiet.close();
      descriptors.close();
      if (open.size === 0) return;
      await new Promise<void>((done) => clock.wake(clock.nowMs() + DRAIN_MS, done));
      for (const connection of [...open]) connection.fail("reset");
    },
  };
};
