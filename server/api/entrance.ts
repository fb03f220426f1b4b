/** Who gets in: checks that every request passes before any handler sees it (SAFETY.md 5). */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { AGENT_PATH } from "./agents/socket.ts";
import { Refusal } from "./errors.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** A route that tells nothing and so needs no token. */
    readonly open?: boolean;
  }
}

export interface EntranceConfig {
  readonly token: string;
  /** The address it listens on, beside the names of loopback. */
  readonly host: string;
}
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** Tell nothing but that the server is there. */
const OPEN_PATHS = new Set(["/healthz", "/readyz"]);

const digest = (text: string) => createHash("sha256").update(text).digest();
const hostName = (host: string) => host.replace(/:\d+$/, "").toLowerCase();
const pathOf = ({ url }: FastifyRequest) => url.split("?", 1)[0]!;

export const entrance = ({ token, host }: EntranceConfig) => {
  const hosts = new Set([...LOOPBACK, hostName(host.includes(":") ? `[${host}]` : host)]);
  const wanted = digest(`Bearer ${token}`);

  /** A page of another site can reach loopback by a name of its own (DNS rebinding): only our names are served. */
  const checkHost = ({ headers }: FastifyRequest) => {
    if (headers.host === undefined || !hosts.has(hostName(headers.host)))
      throw new Refusal(
        "host-not-allowed",
        `Host ${JSON.stringify(headers.host ?? "")} is not one of this server's names`,
      );
  };
  const checkOrigin = (request: FastifyRequest) => {
    const { origin, host: own } = request.headers;
    if (origin === undefined) return;
    if (pathOf(request) === AGENT_PATH)
      throw new Refusal("origin-not-allowed", "agents send no Origin header; browsers do");
    if (origin !== `http://${own}`)
      throw new Refusal("origin-not-allowed", `pages of ${origin} may not use this server`);
  };
  const checkToken = (request: FastifyRequest) => {
    if (OPEN_PATHS.has(pathOf(request)) || request.routeOptions.config.open === true) return;
    if (!timingSafeEqual(digest(request.headers.authorization ?? ""), wanted))
      throw new Refusal("not-authorized", "send the server's token as `Authorization: Bearer …`");
  };
  /** What a form of another site can send without asking first is never JSON. */
  const checkContentType = ({ method, headers }: FastifyRequest) => {
    if (method === "GET" || method === "HEAD") return;
    const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
    if (type !== "application/json") throw new Refusal("not-json", "writes are taken as application/json only");
  };
  return async (request: FastifyRequest): Promise<void> => {
    checkHost(request);
    checkOrigin(request);
    checkToken(request);
    checkContentType(request);
  };
};
