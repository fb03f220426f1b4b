/** Who gets in: checks that every request passes before any handler sees it (SAFETY.md 5). */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ServerConfig } from "../config/config.ts";
import type { Log } from "../log.ts";
import { type Credential, mayUse } from "../security/roles.ts";
import { cookieName, isSecure } from "../security/sessions.ts";
import type { Tokens } from "../security/tokens.ts";
import { accessOf, type RouteAccess } from "./access.ts";
import { AGENT_PATH } from "./agents/socket.ts";
import { Refusal } from "./errors.ts";
import type { Limits } from "./limits.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may use the route; default: whoever may read. */
    readonly access?: RouteAccess;
    /** It stops faults: it is never limited, and waits for no database. */
    readonly urgent?: boolean;
  }
  interface FastifyRequest {
    /** null on open routes, and until the entrance was passed. */
    credential: Credential | null;
  }
}

export interface EntranceConfig {
  readonly log: Log;
  readonly tokens: Tokens;
  readonly config: Pick<ServerConfig, "listen" | "hosts" | "publicUrl" | "tls">;
  readonly limits: Limits;
}
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const READS = new Set(["GET", "HEAD"]);

const hostName = (host: string) => host.replace(/:\d+$/, "").toLowerCase();
const bracketed = (host: string) => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);
const pathOf = ({ url }: FastifyRequest) => url.split("?", 1)[0]!;
const namesOf = ({ listen, hosts = [], publicUrl }: EntranceConfig["config"]) =>
  new Set(
    [...LOOPBACK, listen.host, ...hosts, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])].map(
      (name) => bracketed(name).toLowerCase(),
    ),
  );

/** A page of another site can reach loopback by a name of its own (DNS rebinding): only our names are served. */
const checkHost = ({ headers }: FastifyRequest, names: ReadonlySet<string>): void => {
  if (headers.host === undefined || !names.has(hostName(headers.host)))
    throw new Refusal(
      "host-not-allowed",
      `Host ${JSON.stringify(headers.host ?? "")} is not one of this server's names`,
    );
};
/** `publicOrigin`: of a server behind something that does TLS for it; null: it has none. */
const checkOrigin = (request: FastifyRequest, scheme: string, publicOrigin: string | null): void => {
  const { origin, host: own } = request.headers;
  if (origin === undefined) return;
  if (pathOf(request) === AGENT_PATH)
    throw new Refusal("origin-not-allowed", "agents send no Origin header; browsers do");
  if (origin !== `${scheme}://${own}` && origin !== publicOrigin)
    throw new Refusal("origin-not-allowed", `pages of ${origin} may not use this server`);
};
/** What a form of another site can send without asking first is never JSON, and never DELETE. */
const checkContentType = ({ method, headers }: FastifyRequest): void => {
  if (READS.has(method)) return;
  const isEmpty = (headers["content-length"] ?? "0") === "0" && headers["transfer-encoding"] === undefined;
  if (method === "DELETE" && isEmpty && headers["content-type"] === undefined) return;
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new Refusal("not-json", "writes are taken as application/json only");
};
/** A client without the certificate never reaches what agents use, token or not. */
const checkCertificate = ({ raw: { socket } }: FastifyRequest): void => {
  if (!("authorized" in socket && socket.authorized === true))
    throw new Refusal("certificate-needed", "agents of this server show a client certificate of its authority");
};

interface Secret {
  readonly text: string;
  readonly fromCookie: boolean;
}
const secretOf = ({ headers, cookies }: FastifyRequest, cookie: string): Secret | null => {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const text = authorization.startsWith("Bearer ") ? authorization.slice("Bearer ".length) : "";
    return text === "" ? null : { text, fromCookie: false };
  }
  const text = cookies[cookie];
  return text === undefined || text === "" ? null : { text, fromCookie: true };
};
/** A cookie comes by itself with whatever a browser sends: a write needs the page's own word of where it comes from. */
const checkCookieWrite = ({ method, headers }: FastifyRequest): void => {
  if (!READS.has(method) && headers.origin === undefined)
    throw new Refusal("origin-not-allowed", "a write with a session cookie needs the Origin header that browsers send");
};

const SEND_TOKEN = "send a valid token as `Authorization: Bearer …`, or sign in";
const unavailable = (error: Error): never => {
  throw new Refusal("store-unavailable", `tokens cannot be looked up: ${error.message}`);
};

export const entrance = ({ log, tokens, config, limits }: EntranceConfig) => {
  const names = namesOf(config);
  const [scheme, cookie] = [config.tls === undefined ? "http" : "https", cookieName(isSecure(config))];
  const publicOrigin = config.publicUrl === undefined ? null : new URL(config.publicUrl).origin;
  const needsCertificate = (config.tls?.clientCa ?? null) !== null;

  /** `exempt`: however often its address was refused. */
  const authenticate = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { urgent, exempt }: { readonly urgent: boolean; readonly exempt: boolean },
  ): Promise<Credential> => {
    const secret = secretOf(request, cookie);
    if (secret === null) throw new Refusal("not-authorized", SEND_TOKEN);
    if (!tokens.knows(secret.text)) {
      request.isGuess = true;
      if (!exempt) await limits.checkGuesses(request, reply);
    }
    const credential = await tokens.credentialOf(secret.text, { urgent }).catch(unavailable);
    if (credential === null) {
      log.warn("a token was refused", { address: request.ip, method: request.method, path: pathOf(request) });
      throw new Refusal("not-authorized", SEND_TOKEN);
    }
    if (secret.fromCookie) checkCookieWrite(request);
    return credential;
  };

  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { access: table = "viewer", urgent = false } = request.routeOptions.config;
    const access = accessOf(table, request.params);
    const isForAgents = access === "agent" || access === "join";
    checkHost(request, names);
    checkOrigin(request, scheme, publicOrigin);
    if (!urgent) await limits.checkAddress(request, reply);
    if (access === "open") {
      checkContentType(request);
      // The only open write is to sign in: its body holds a secret.
      request.isGuess = !READS.has(request.method);
      if (request.isGuess) await limits.checkGuesses(request, reply);
      return;
    }
    if (isForAgents && needsCertificate) checkCertificate(request);
    // An agent that dials again and again, because its server came back or its credential is void, must keep nobody out:
    // many of them may share an address.
    const exempt = urgent || access === "agent";
    const credential = await authenticate(request, reply, { urgent, exempt });
    request.credential = credential;
    const { role, name } = credential.principal;
    if (!mayUse(role, access))
      throw new Refusal("forbidden", `${name} is ${role}; ${request.method} ${pathOf(request)} needs ${access}`);
    if (!exempt) await limits.checkPrincipal(request, reply);
    checkContentType(request);
  };
};
