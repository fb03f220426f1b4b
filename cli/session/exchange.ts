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

const NO_CONTENT = 204;
const responseOf = (answer: IncomingMessage): Response => {
  const { statusCode: status = 0, headers } = answer;
  // Statuses of redirects have no other meaning for this client.
  if (status >= 300 && status < 400) throw new Error(`it answered ${status}, and a token follows no redirect`);
  const pairs = Object.entries(headers).map(([name, value = ""]) => [name, [value].flat().join(", ")] as const);
  const body = status === NO_CONTENT ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
  return new Response(body, { status, headers: Object.fromEntries(pairs) });
};

/** Resolves when the answer begins; rejects with the system's error, or the signal's reason. */
export const exchange = async (url: URL, { method, headers, body, signal }: Request, line: Line): Promise<Response> => {
  const isTls = url.protocol === "https:";
  const proxy = line.proxy === null || isLoopback(url) ? null : new URL(line.proxy);
  const socket = proxy === null ? null : await tunnel(url, proxy, line.ca, signal);
  const agent = isTls ? new TlsAgent(tlsFor(url, line.ca)) : new PlainAgent();
  // TLS is already in place over a tunnel, and an agent would open a connection of its own.
  const ask = isTls && socket === null ? tlsRequest : plainRequest;
  const way = socket === null ? { agent } : { protocol: "http:", createConnection: () => socket };
  return new Promise((resolve, reject) => {
    const asked = ask(url, { method, headers, signal, ...way }, (answer) => {
      try {
        resolve(responseOf(answer));
      } catch (error) {
        answer.destroy();
        reject(error);
      }
    });
    asked.on("error", (error) => reject(signal.aborted ? signal.reason : error));
    asked.end(body ?? undefined);
  });
};
