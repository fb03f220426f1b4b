/** Listening sockets of this process, by the requested address, so that a successor process can continue with them. */
import { createServer, type Server, type Socket } from "node:net";
import { spellAddress } from "./address.ts";
import type { TcpHandle } from "./binding.ts";
import type { Address, Listener } from "./transport.ts";

const BACKLOG = 4096;

export class Listeners {
  /** File descriptors of listening sockets that the process before this one handed on; each is used once. */
  readonly #inherited: Map<string, number>;
  readonly #open = new Map<string, Server>();

  constructor(inherited: Readonly<Record<string, number>> = {}) {
    this.#inherited = new Map(Object.entries(inherited));
  }

  /** Listens with sockets, handed over paused. Rejects when the address cannot be had (in use, not ours, forbidden). */
  listen(address: Address, accepted: (socket: Socket) => void): Promise<Listener> {
    const options = { noDelay: true, allowHalfOpen: true, pauseOnConnect: true };
    return onBothFamilies(address, (each, name) => this.#listen(each, name, createServer(options, accepted)));
  }
  /**
   * Listens with the TCP handles of accepted connections, without sockets around the handles. Rejects where Node does
   * not expose handles.
   */
  listenRaw(address: Address, accepted: (handle: TcpHandle) => void): Promise<Listener> {
    return onBothFamilies(address, (each, name) => this.#listenRaw(each, name, accepted));
  }
  #listenRaw(address: Address, name: string, accepted: (handle: TcpHandle) => void): Promise<Listener> {
    const server = createServer();
    // Set before the turn of the loop in which the first connection could come.
    server.once("listening", () => {
      handleOf(server).onconnection = (status, handle) => {
        // A failed accept (no descriptors left, or the caller has gone) concerns that caller alone.
        if (status === 0 && handle !== undefined) accepted(handle);
      };
    });
    return this.#listen(address, name, server);
  }
  #listen(address: Address, name: string, server: Server): Promise<Listener> {
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      const listening = () => {
        server.off("error", reject);
        // A failed accept (no descriptors left) concerns a single caller; the listener stays.
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
        // The port is free at once; the listener does not wait for open connections.
        server.close();
      },
    };
  }

  /**
   * Descriptors of all sockets that listen on a fixed port, by the requested address; null: this Node does not expose
   * descriptors (`_handle.fd` is documented nowhere). A port that the system chose means nothing to another process.
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

/** Errors of a machine without IPv6. */
const NO_FAMILY = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"]);
/** Tries to find a port that is free in both families, where any port will do. */
const MOST_TRIES = 10;
/**
 * Listens on both loopback addresses where the host is `localhost`: callers resolve that name to either. `listen` gets
 * the address to bind, and the name of the address that was requested.
 */
const onBothFamilies = async (
  { host, port }: Address,
  listen: (address: Address, name: string) => Promise<Listener>,
  tries = MOST_TRIES,
): Promise<Listener> => {
  if (host !== "localhost") return listen({ host, port }, spellAddress({ host, port }));
  const named = (loopback: string, bound: number) =>
    listen({ host: loopback, port: bound }, spellAddress({ host: loopback, port }));
  const four = await named("127.0.0.1", port);
  try {
    const six = await named("::1", four.address.port);
    const close = async () => {
      await Promise.all([four.close(), six.close()]);
    };
    return { address: four.address, close };
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (NO_FAMILY.has(code)) return four;
    await four.close();
    if (port === 0 && code === "EADDRINUSE" && tries > 1) return onBothFamilies({ host, port }, listen, tries - 1);
    throw error;
  }
};

const handleOf = (server: Server): TcpHandle => (server as unknown as { readonly _handle: TcpHandle })._handle;
