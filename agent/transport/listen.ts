/** Every listening socket of this process, by the address that was asked for: so that a successor can go on with them. */
import { createServer, type Server, type Socket } from "node:net";
import type { TcpHandle } from "./binding.ts";
import type { Address, Listener } from "./transport.ts";

const BACKLOG = 4096;

const nameOf = ({ host, port }: Address): string => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);

export class Listeners {
  /** File descriptors of listening sockets that the process before this one handed on; each is taken once. */
  readonly #inherited: Map<string, number>;
  readonly #open = new Map<string, Server>();

  constructor(inherited: Readonly<Record<string, number>> = {}) {
    this.#inherited = new Map(Object.entries(inherited));
  }

  /** Rejects when the address cannot be had (in use, not ours, forbidden). Sockets are handed over paused. */
  listen(address: Address, accepted: (socket: Socket) => void): Promise<Listener> {
    return this.#listen(address, createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, accepted));
  }
  /** The same with the handles of what is accepted, without a socket around them. Rejects where Node keeps them to itself. */
  listenRaw(address: Address, accepted: (handle: TcpHandle) => void): Promise<Listener> {
    const server = createServer();
    // Before a turn of the loop in which a connection could come.
    server.once("listening", () => {
      handleOf(server).onconnection = (status, handle) => {
        // No descriptors are left, or the caller has gone: that concerns one caller alone.
        if (status === 0 && handle !== undefined) accepted(handle);
      };
    });
    return this.#listen(address, server);
  }
  #listen(address: Address, server: Server): Promise<Listener> {
    const name = nameOf(address);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      const listening = () => {
        server.off("error", reject);
        // A failed accept (no descriptors left) concerns one caller; the listener stays.
        server.on("error", () => {});
        this.#open.set(name, server);
        resolve(this.#listenerOf(server, name));
      };
      const fd = this.#inherited.get(name);
      this.#inherited.delete(name);
      if (fd === undefined) server.listen({ host: address.host, port: address.port, backlog: BACKLOG }, listening);
      else server.listen({ fd, backlog: BACKLOG }, listening);
    });
  }
  #listenerOf(server: Server, name: string): Listener {
    const bound = server.address() as { address: string; port: number };
    return {
      address: { host: bound.address, port: bound.port },
      close: async () => {
        if (this.#open.get(name) === server) this.#open.delete(name);
        // The port is free at once; waiting for open connections is not the listener's business.
        server.close();
      },
    };
  }

  /**
   * Descriptors of all that listen at a port of their own, by the address that was asked for; null: this Node does not
   * tell them (`_handle.fd` is documented nowhere). A port that the system chose means nothing to another process.
   */
  descriptors(): Readonly<Record<string, number>> | null {
    const all: Record<string, number> = {};
    for (const [name, server] of this.#open) {
      const { fd } = Object(handleOf(server)) as { fd?: unknown };
      if (typeof fd !== "number" || fd < 0) return null;
      if (!name.endsWith(":0")) all[name] = fd;
    }
    return all;
  }
}

const handleOf = (server: Server): TcpHandle => (server as unknown as { readonly _handle: TcpHandle })._handle;
