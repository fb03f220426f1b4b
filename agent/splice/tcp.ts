/** Serves one TCP edge: a connection is the exchange, and the bytes are nobody's business but the faults'. */
import type { Clock } from "../clock/clock.ts";
import { Deadlines } from "../clock/deadlines.ts";
import type { EdgeOrder } from "../contract/messages.ts";
import { Endpoints, parseAddress } from "../edge/endpoints.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { Observer } from "../metrics/observer.ts";
import { Orphans } from "../transport/orphans.ts";
import type { Address, Transports } from "../transport/transport.ts";
import { wrapConnection } from "./faulted-connection.ts";
import { TcpConnection, type TcpEdgeContext, type TcpLimits } from "./tcp-connection.ts";

export interface TcpDeps {
  readonly transports: Transports;
  readonly clock: Clock;
  readonly limits?: Partial<TcpLimits>;
  /** A defect of the agent's own. */
  readonly report: (error: unknown) => void;
}
export interface TcpEdge {
  readonly address: Address;
  /** Callers' connections open at this moment. */
  readonly connections: number;
  /** Another definition of the edge: what is open goes on. Rejects when its address cannot be had; then nothing has changed. */
  change(order: EdgeOrder): Promise<void>;
  /** Accepts no more; what is open goes on to its own end. */
  drain(): Promise<void>;
  /** Stops listening and ends every connection: with FIN, and with RST what has not ended `DRAIN_MS` later. */
  close(): Promise<void>;
}
export type ServeTcp = (order: EdgeOrder, faults: EdgeFaults, observer: Observer, deps: TcpDeps) => Promise<TcpEdge>;

const LIMITS: TcpLimits = { connectMs: 10_000, idleMs: 3_600_000 };
const DRAIN_MS = 250;

export const serveTcp: ServeTcp = async (order, faults, observer, { transports, clock, limits: given, report }) => {
  const endpoints = new Endpoints(order.endpoints);
  const open = new Set<TcpConnection>();
  const limits = { ...LIMITS, ...given };
  const idle = new Deadlines<TcpConnection>(clock, limits.idleMs, (connection) => connection.checkIdle());
  const orphans = new Orphans(clock, report);
  const context: TcpEdgeContext = { transports, clock, observer, orphans, limits, open, idle };
  const listen = (name: string) =>
    transports.listen(parseAddress(name), (transport) => {
      const endpoint = endpoints.next();
      const deps = { edge: faults, clock, endpoint: endpoint.name };
      return wrapConnection(deps, transport, (connection) => new TcpConnection(context, connection, endpoint).caller);
    });
  let definition = order;
  let listener = await listen(order.listen);
  return {
    get address() {
      return listener.address;
    },
    get connections() {
      return open.size;
    },
    async change(next) {
      const checked = new Endpoints(next.endpoints);
      const fresh = next.listen === definition.listen ? listener : await listen(next.listen);
      if (fresh !== listener) await listener.close();
      listener = fresh;
      definition = next;
      endpoints.replace(checked.names);
    },
    drain: () => listener.close(),
    async close() {
      await listener.close();
      for (const connection of [...open]) connection.end();
      idle.close();
      if (open.size === 0) return;
      await new Promise<void>((done) => clock.wake(clock.nowMs() + DRAIN_MS, done));
      for (const connection of [...open]) connection.fail("reset");
    },
  };
};
