/**
 * A proxy that records who calls whom, for `squall init --from traffic`. It speaks HTTP (absolute form, upgrades and
 * CONNECT) and SOCKS5 on one port, so that most programs can be sent through it by environment alone:
 * `HTTP_PROXY=http://checkout:x@127.0.0.1:9400`, `ALL_PROXY=socks5h://checkout:x@127.0.0.1:9400`.
 */
import { once } from "node:events";
import { Agent, createServer as createHttpServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { type Call, Calls } from "./calls.ts";
import { serveSocks, VERSION } from "./socks.ts";

export type { Call } from "./calls.ts";
export interface Recorder {
  /** `host:port` where it listens. */
  readonly address: string;
  /** Everything up to now, the same caller, callee and protocol once. */
  calls(): readonly Call[];
  close(): Promise<void>;
}

/** RFC 9110, 7.6.1, and what is meant for the proxy alone. */
const HOP_BY_HOP = ["connection", "proxy-connection", "proxy-authorization", "keep-alive", "te", "trailer"];

/** `Proxy-Authorization: Basic …`, of which the user name says who calls. */
const callerOf = ({ headers }: IncomingMessage): string | null => {
  const [, encoded] = /^basic\s+(\S+)$/i.exec(headers["proxy-authorization"] ?? "") ?? [];
  const [name = ""] = Buffer.from(encoded ?? "", "base64")
    .toString("utf8")
    .split(":");
  return name === "" ? null : name;
};
const passedOn = ({ rawHeaders }: IncomingMessage, more: readonly string[] = []): string[] =>
  rawHeaders.flatMap((name, i) =>
    i % 2 === 1 || [...HOP_BY_HOP, ...more].includes(name.toLowerCase()) ? [] : [name, rawHeaders[i + 1] ?? ""],
  );
const addressOf = ({ hostname, port }: URL): { host: string; port: number } => ({
  host: hostname.replace(/^\[|\]$/g, ""),
  port: Number(port || 80),
});
const absolute = ({ url = "" }: IncomingMessage): URL | null =>
  /^http:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : null;
const told = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`;

const REFUSAL = "this is a proxy that records who calls whom: send requests through it, not to it\n";

class Recording {
  readonly calls = new Calls();
  readonly #connections = new Agent({ keepAlive: true });
  readonly #http = createHttpServer((asked, answer) => this.#forward(asked, answer));

  constructor() {
    this.#http.on("connect", (asked: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#tunnel(asked, socket, head),
    );
    this.#http.on("upgrade", (asked: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#upgrade(asked, socket, head),
    );
  }
  /** A connection of either kind: SOCKS begins with its version, no HTTP method does. */
  accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const first = socket.read() as Buffer | null;
      if (first === null) {
        socket.destroy();
        return;
      }
      socket.unshift(first);
      if (first[0] === VERSION) serveSocks(socket, (caller, address) => this.#join(socket, caller, address));
      else this.#http.emit("connection", socket);
    });
  }
  close(): void {
    this.#connections.destroy();
    this.#http.closeAllConnections();
  }

  #forward(asked: IncomingMessage, answer: ServerResponse): void {
    const url = absolute(asked);
    if (url === null) {
      answer.writeHead(400, { "content-type": "text/plain" }).end(REFUSAL);
      return;
    }
    const address = addressOf(url);
    this.calls.add(callerOf(asked), told(address), "http");
    const onward = request({
      ...{ ...address, path: `${url.pathname}${url.search}`, agent: this.#connections },
      ...{ method: asked.method ?? "GET", headers: passedOn(asked), setDefaultHeaders: false },
    });
    onward.on("response", (got) => {
      answer.writeHead(got.statusCode ?? 502, got.statusMessage, passedOn(got));
      pipeline(got, answer, () => {});
    });
    onward.on("error", ({ message }) => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502, { "content-type": "text/plain" }).end(`${told(address)}: ${message}\n`);
    });
    pipeline(asked, onward, () => {});
  }
  #tunnel(asked: IncomingMessage, socket: Socket, head: Buffer): void {
    const target = `http://${asked.url}`;
    if (!URL.canParse(target)) {
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
      return;
    }
    const onward = this.#dial(addressOf(new URL(target)));
    onward.on("error", () => socket.destroy());
    onward.on("connect", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      if (head.length > 0) socket.unshift(head);
      this.#relay(socket, onward, callerOf(asked), told(addressOf(new URL(target))));
    });
  }
  #upgrade(asked: IncomingMessage, socket: Socket, head: Buffer): void {
    const url = absolute(asked);
    if (url === null) {
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
      return;
    }
    this.calls.add(callerOf(asked), told(addressOf(url)), "http");
    const onward = this.#dial(addressOf(url));
    onward.on("error", () => socket.destroy());
    onward.on("connect", () => {
      const fields = passedOn(asked).map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`));
      const start = `${asked.method} ${url.pathname}${url.search} HTTP/1.1\r\n`;
      onward.write(`${start}${fields.join("")}Connection: Upgrade\r\n\r\n`, "latin1");
      onward.write(head);
      joined(socket, onward);
    });
  }
  /** SOCKS: dials and answers whether that worked. */
  #join(socket: Socket, caller: string | null, address: { host: string; port: number }): Promise<boolean> {
    const onward = this.#dial(address);
    return new Promise((resolve) => {
      onward.on("error", () => resolve(false));
      onward.on("connect", () => {
        resolve(true);
        this.#relay(socket, onward, caller, told(address));
      });
    });
  }
  #dial({ host, port }: { readonly host: string; readonly port: number }): Socket {
    return connect({ host, port, noDelay: true, allowHalfOpen: true });
  }
  /** What is spoken shows in the first bytes of the caller; who waits for the callee to speak first speaks no HTTP. */
  #relay(socket: Socket, onward: Socket, caller: string | null, callee: string): void {
    const count = this.calls.begin(caller, callee);
    socket.once("data", (bytes: Buffer) => count(bytes));
    joined(socket, onward);
  }
}

const joined = (a: Socket, b: Socket): void => {
  pipeline(a, b, () => {});
  pipeline(b, a, () => {});
};

/** Listens on loopback unless told otherwise: whoever reaches it can reach through it whatever this machine can. */
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
    address: told({ host: bound.address, port: bound.port }),
    calls: () => recording.calls.list(),
    async close() {
      for (const socket of open) socket.destroy();
      recording.close();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
};
