/**
 * A request to a server, with the response as a stream. Sent by node:http and an agent of our own: since Node 22.21 the
 * global agent and `fetch` follow HTTP_PROXY when NODE_USE_ENV_PROXY is set, and would take the admin token of a
 * loopback server to the company's proxy. A connection serves a single request: a halt must not be lost on a connection
 * that the server has just closed.
 */
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { isIP, type Socket } from "node:net";
import { Readable } from "node:stream";
import { connect as tlsConnect } from "node:tls";
import { isLoopback, proxyCredentials } from "../contexts/contexts.ts";

export interface Line {
  /** Authorities for TLS, PEM; null: those of the system. */
  readonly ca: string | null;
  /** Proxy for every request to another machine; null: no proxy. */
  readonly proxy: string | null;
}
export interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, "");
const tlsFor = ({ hostname }: URL, ca: string | null) => ({
  ...(isIP(bare(hostname)) === 0 ? { servername: hostname } : {}),
  ...(ca === null ? {} : { ca }),
});

/** A connection to the server through the proxy (CONNECT, RFC 9110 section 9.3.6), with TLS for https URLs. */
const tunnel = (url: URL, proxy: URL, ca: string | null, signal: AbortSignal) =>
  new Promise<Socket>((resolve, reject) => {
    const isTls = url.protocol === "https:";
    const authority = `${url.hostname}:${url.port || (isTls ? 443 : 80)}`;
    const credentials = proxyCredentials(proxy);
    if (credentials === null)
      throw new Error(`the user or password of the proxy ${proxy.host} has a % that begins no escape`);
    const basic = `Basic ${Buffer.from(credentials).toString("base64")}`;
    const ask = proxy.protocol === "https:" ? tlsRequest : plainRequest;
    const asked = ask({
      ...{ host: bare(proxy.hostname), port: proxy.port, method: "CONNECT", path: authority, agent: false, signal },
      headers: { host: authority, ...(credentials === ":" ? {} : { "proxy-authorization": basic }) },
    });
    asked.on("error", reject).on("connect", ({ statusCode }, socket: Socket) => {
      socket.on("error", reject);
      if (statusCode !== 200) {
        socket.destroy();
        const advice = statusCode === 407 ? "; it wants a user and a password: `squall context set --proxy`" : "";
        reject(new Error(`the proxy ${proxy.host} answered ${statusCode}${advice}`));
      } else if (isTls) {
        const secured = tlsConnect({ socket, ...tlsFor(url, ca) });
        secured.once("error", reject).once("secureConnect", () => resolve(secured));
      } else resolve(socket);
    });
    asked.end();
  });

/** Answer of a server. Node's own `Response` would load `fetch`, which takes as much CPU as the start of Node: 20 ms. */
export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  /** Value of a header, by its name in lower case; several of the same name are joined by commas. */
  header(name: string): string | null;
  /** The whole body, also if asked for again. Rejects if the body breaks off. */
  text(): Promise<string>;
  /** The body as a stream, for a body that is not read by `text`. */
  stream(): ReadableStream<Uint8Array>;
  /** Gives up a body that is not read, and the connection with it. */
  discard(): void;
}
const textOf = async (message: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
};
const answerOf = (message: IncomingMessage): Answer => {
  const { statusCode: status = 0, headers } = message;
  // Statuses of redirects have no other meaning for this client.
  if (status >= 300 && status < 400) throw new Error(`it answered ${status}, and a token follows no redirect`);
  let text: Promise<string> | null = null;
  return {
    ...{ status, ok: status >= 200 && status < 300 },
    header(name) {
      const value = headers[name];
      return value === undefined ? null : [value].flat().join(", ");
    },
    text() {
      text ??= textOf(message);
      return text;
    },
    stream: () => Readable.toWeb(message) as ReadableStream<Uint8Array>,
    discard: () => message.destroy(),
  };
};

/** Resolves when the answer begins; rejects with the system's error, or the signal's reason. */
export const exchange = async (url: URL, { method, headers, body, signal }: Request, line: Line): Promise<Answer> => {
  const isTls = url.protocol === "https:";
  const proxy = line.proxy === null || isLoopback(url) ? null : new URL(line.proxy);
  const socket = proxy === null ? null : await tunnel(url, proxy, line.ca, signal);
  const agent = isTls ? new TlsAgent(tlsFor(url, line.ca)) : new PlainAgent();
  // TLS is already in place over a tunnel, and an agent would open a connection of its own.
  const ask = isTls && socket === null ? tlsRequest : plainRequest;
  const way = socket === null ? { agent } : { protocol: "http:", createConnection: () => socket };
  return new Promise((resolve, reject) => {
    const asked = ask(url, { method, headers, signal, ...way }, (message) => {
      try {
        resolve(answerOf(message));
      } catch (error) {
        message.destroy();
        reject(error);
      }
    });
    asked.on("error", (error) => reject(signal.aborted ? signal.reason : error));
    asked.end(body ?? undefined);
  });
};
