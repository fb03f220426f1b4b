/**
 * A proxy that records calls between services, for `squall init --from traffic`. HTTP (absolute form, upgrades and
 * CONNECT) and SOCKS5 share one port, so that most programs can be sent through the proxy by environment alone:
 * `HTTP_PROXY=http://checkout:x@127.0.0.1:9400`, `ALL_PROXY=socks5h://checkout:x@127.0.0.1:9400`.
 */
import { once } from "node:events";
import { Agent, createServer as createHttpServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { spellAddress } from "../transport/address.ts";
import type { Address } from "../transport/transport.ts";
import { type Call, Calls } from "./calls.ts";
import { serveSocks, VERSION } from "./socks.ts";

export type { Call } from "./calls.ts";
export interface Recorder {
  /** Listen address, `host:port`. */
  readonly address: string;
  /** Calls up to now, with one entry for each caller, callee and protocol. */
  calls(): readonly Call[];
  close(): Promise<void>;
}

/** Headers of RFC 9110, 7.6.1, and headers meant for the proxy alone. */
const HOP_BY_HOP = ["connection", "proxy-connection", "proxy-authorization", "keep-alive", "te", "trailer"];

/** Caller's name: the user name of `Proxy-Authorization: Basic …`. */
const callerOf = ({ headers }: IncomingMessage): string | null => {
  const [, encoded] = /^basic\s+(\S+)$/i.exec(headers["proxy-authorization"] ?? "") ?? [];
  const [name = ""] = Buffer.from(encoded ?? "", "base64")
    .toString("utf8")
    .split(":");
  return name === "" ? null : name;
};
const forwardedHeaders = ({ rawHeaders }: IncomingMessage, more: readonly string[] = []): string[] =>
  rawHeaders.flatMap((name, i) =>
    i % 2 === 1 || [...HOP_BY_HOP, ...more].includes(name.toLowerCase()) ? [] : [name, rawHeaders[i + 1] ?? ""],
  );
const addressOf = ({ hostname, port }: URL): Address => ({
  host: hostname.replace(/^\[|\]$/g, ""),
  port: Number(port || 80),
});
const absolute = ({ url = "" }: IncomingMessage): URL | null =>
  /^http:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : null;
const REFUSAL = "this is a proxy that records who calls whom: send requests through it, not to it\n";

class Recording {
  readonly calls = new Calls();
  readonly #connections = new Agent({ keepAlive: true });
  readonly #http = createHttpServer((incoming, answer) => this.#forward(incoming, answer));

  constructor() {
    this.#http.on("connect", (incoming: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#tunnel(incoming, socket, head),
    );
    this.#http.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#upgrade(incoming, socket, head),
    );
  }
  /** Accepts a connection of either protocol: SOCKS begins with the version byte, no HTTP method does. */
  accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const first = socket.read() as Buffer | null;
      if (first === null) {
        socket.destroy();
        return;
      }
      socket.unshift(first);
      if (first[0] === VERSION) serveSocks(socket, (caller, address) => this.#dialSocks(socket, caller, address));
      else this.#http.emit("connection", socket);
    });
  }
  close(): void {
    this.#connections.destroy();
    this.#http.closeAllConnections();
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    const url = absolute(incoming);
    if (url === null) {
      answer.writeHead(400, { "content-type": "text/plain" }).end(REFUSAL);
      return;
    }
    const address = addressOf(url);
    this.calls.add(callerOf(incoming), spellAddress(address), "http");
    const upstream = request({
      ...{ ...address, path: `${url.pathname}${url.search}`, agent: this.#connections },
      ...{ method: incoming.method ?? "GET", headers: forwardedHeaders(incoming), setDefaultHeaders: false },
    });
    upstream.on("response", (response) => {
      answer.writeHead(response.statusCode ?? 502, response.statusMessage, forwardedHeaders(response));
      pipeline(response, answer, () => {});
    });
    upstream.on("error", ({ message }) => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502, { "content-type": "text/plain" }).end(`${spellAddress(address)}: ${message}\n`);
    });
    pipeline(incoming, upstream, () => {});
  }
  #tunnel(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    const target = `http://${incoming.url}`;
    if (!URL.canParse(target)) {
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
      return;
    }
    const upstream = this.#dial(addressOf(new URL(target)));
    upstream.on("error", () => socket.destroy());
    upstream.on("connect", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      if (head.length > 0) socket.unshift(head);
      this.#relay(socket, upstream, callerOf(incoming), spellAddress(addressOf(new URL(target))));
    });
  }
  #upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    const url = absolute(incoming);
    if (url === null) {
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
      return;
    }
    this.calls.add(callerOf(incoming), spellAddress(addressOf(url)), "http");
    const upstream = this.#dial(addressOf(url));
    upstream.on("error", () => socket.destroy());
    upstream.on("connect", () => {
      const fields = forwardedHeaders(incoming).map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`));
      const start = `${incoming.method} ${url.pathname}${url.search} HTTP/1.1\r\n`;
      upstream.write(`${start}${fields.join("")}Connection: Upgrade\r\n\r\n`, "latin1");
      upstream.write(head);
      pipeBoth(socket, upstream);
    });
  }
  /** Dials for a SOCKS client; resolves to true on success. */
  #dialSocks(socket: Socket, caller: string | null, address: Address): Promise<boolean> {
    const upstream = this.#dial(address);
    return new Promise((resolve) => {
      upstream.on("error", () => resolve(false));
      upstream.on("connect", () => {
        resolve(true);
        this.#relay(socket, upstream, caller, spellAddress(address));
      });
    });
  }
  #dial({ host, port }: Address): Socket {
    return connect({ host, port, noDelay: true, allowHalfOpen: true });
  }
  /**
   * Relays bytes. The caller's first bytes show the protocol; a caller that waits for the callee's first bytes is not
   * HTTP.
   */
  #relay(socket: Socket, upstream: Socket, caller: string | null, callee: string): void {
    const count = this.calls.begin(caller, callee);
    socket.once("data", (bytes: Buffer) => count(bytes));
    pipeBoth(socket, upstream);
  }
}

const pipeBoth = (a: Socket, b: Socket): void => {
  pipeline(a, b, () => {});
  pipeline(b, a, () => {});
};

/** Listens on loopback by default: any client of the proxy can reach every address that this machine can. */
export const startRecorder = async ({ host = "127.0.0.1", port = 0 } = {}): Promise<Recorder> => {
  const recording = new Recording();
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    recording.accept(socket);
  });
  server.listen(port, host);
  await once(server, "listening");
  const bound = server.address() as AddressInfo;
  return {
    address: spellAddress({ host: bound.address, port: bound.port }),
    calls: () => recording.calls.list(),
    async close() {
      for (const socket of open) socket.destroy();
      recording.close();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
};
