/** The request guard: host, origin and credential checks that every request passes before any handler sees it (SAFETY.md 5). */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ServerConfig } from "../config/config.ts";
import { Refusal } from "../errors.ts";
import type { RateLimitedLog } from "../rate-limited-log.ts";
import { ProxyIdentity } from "../security/proxy-identity.ts";
import { type Credential, mayUse } from "../security/roles.ts";
import type { Tokens } from "../security/tokens.ts";
import { accessOf, type RouteAccess } from "./access.ts";
import { AGENT_PATH } from "./agents/socket.ts";
import { hasSlashAtEnd, type Methods, noSuchRoute, pathOf, READS } from "./methods.ts";
import type { RateLimits } from "./rate-limits.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may use the route; default: whoever may read. */
    readonly access?: RouteAccess;
    /** It stops faults: it is never limited, and waits for no database. */
    readonly urgent?: boolean;
    /** Machines ask it all the time, and it costs nothing: it is not counted. */
    readonly uncounted?: boolean;
    /** Load balancers ask it by an address, or by no name at all. */
    readonly anyHost?: boolean;
    /** Counted by itself: whoever scrapes it uses up nothing of what the token may ask elsewhere. */
    readonly isScrape?: boolean;
  }
  interface FastifyRequest {
    /** null on open routes, and until the request guard has passed it. */
    credential: Credential | null;
    /** Its Host is a name of this server. */
    isNamed: boolean;
    /** It showed a secret that is none. */
    isGuess: boolean;
    /** For a secret that is none: counts it, and throws the Refusal that answers it. `problem`: of the answer. */
    guessed(problem: string): Promise<never>;
  }
}

export interface RequestGuardConfig {
  readonly log: RateLimitedLog;
  readonly tokens: Tokens;
  /** Of the session cookie. */
  readonly cookie: string;
  readonly config: Pick<ServerConfig, "listen" | "hosts" | "publicUrl" | "tls" | "auth" | "trustedProxies">;
  readonly limits: RateLimits;
  readonly methods: Methods;
}
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

const hostName = (host: string) => host.replace(/:\d+$/, "").toLowerCase();
const bracketed = (host: string) => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);
const namesOf = ({ listen, hosts = [], publicUrl }: RequestGuardConfig["config"]) =>
  new Set(
    [...LOOPBACK, listen.host, ...hosts, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])].map(
      (name) => bracketed(name).toLowerCase(),
    ),
  );

/**
 * RFC 9112, 3.2: more than one Host is refused, and so is a target that names another authority than Host; a proxy in front
 * may have looked at the one, and this server at the other.
 */
const checkOneHost = ({ raw: { rawHeaders }, headers: { host }, url }: FastifyRequest): void => {
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "host");
  if (hosts.length > 1) throw new Refusal("bad-request", "a request has one Host header");
  const authority = ABSOLUTE.exec(url)?.[1];
  if (authority !== undefined && authority.toLowerCase() !== host?.toLowerCase())
    throw new Refusal("bad-request", "the request's target names another host than its Host header");
};
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;
/** A page of another site can reach loopback by a name of its own (DNS rebinding): only our names are served. */
const isNamed = ({ headers: { host } }: FastifyRequest, names: ReadonlySet<string>): boolean =>
  host !== undefined && names.has(hostName(host));
const foreignHost = ({ headers: { host = "" } }: FastifyRequest): Refusal =>
  new Refusal("host-not-allowed", `Host ${JSON.stringify(host)} is not one of this server's names`);
/** `publicOrigin`: no other origin counts, since without TLS the name may be spoken for on the way; null: not configured. */
const checkOrigin = (request: FastifyRequest, scheme: string, publicOrigin: string | null): void => {
  const { origin, host: own } = request.headers;
  if (origin === undefined) return;
  if (request.routeOptions.url === AGENT_PATH)
    throw new Refusal("origin-not-allowed", "agents send no Origin header; browsers do");
  if (origin !== (publicOrigin ?? `${scheme}://${own}`))
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

/** RFC 9110, 11.1: the scheme is the same in either case. */
const BEARER = /^Bearer +(\S+) *$/i;
const bearerOf = ({ headers: { authorization = "" } }: FastifyRequest): string | null =>
  BEARER.exec(authorization)?.[1] ?? null;
/**
 * A cookie comes by itself with whatever a browser sends, and so does the word of a proxy: a write needs the page's own word
 * of where it comes from.
 */
const checkPageWrite = ({ method, headers }: FastifyRequest, by: string): void => {
  if (!READS.has(method) && headers.origin === undefined)
    throw new Refusal("origin-not-allowed", `a write ${by} needs the Origin header that browsers send`);
};

const notAllowed = (request: FastifyRequest, allow: string): Refusal =>
  new Refusal("method-not-allowed", `${pathOf(request)} has no ${request.method}; it has ${allow}`, [], { allow });

/** IPv6 with a zone. */
const LONGEST_ADDRESS = 64;
const SEND_TOKEN = "send a valid token as `Authorization: Bearer …`, or sign in";
const unavailable = (error: Error): never => {
  throw new Refusal("store-unavailable", `tokens cannot be looked up: ${error.message}`);
};

export const requestGuard = ({ log, tokens, cookie, config, limits, methods }: RequestGuardConfig) => {
  const names = namesOf(config);
  const scheme = config.tls === undefined ? "http" : "https";
  const publicOrigin = config.publicUrl === undefined ? null : new URL(config.publicUrl).origin;
  const { auth, trustedProxies = [] } = config;
  const identity = auth === undefined ? null : new ProxyIdentity(auth, trustedProxies);
  const needsCertificate = (config.tls?.clientCa ?? null) !== null;

  /** The secret was looked up already: whoever has a good one never comes here, however many others guess from there. */
  const guess = async (request: FastifyRequest, reply: FastifyReply, isExempt: boolean, problem: string) => {
    const { method } = request;
    request.isGuess = true;
    // A proxy that is trusted may still pass on what is no address.
    const address = request.ip.slice(0, LONGEST_ADDRESS);
    log.warn(address, "a token was refused", { address, method, path: pathOf(request), request: request.id });
    await (isExempt ? limits.countExemptGuess : limits.countGuess)(request, reply);
    throw new Refusal("not-authorized", problem);
  };
  const authenticate = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { urgent, isExempt, isForAgents }: Record<"urgent" | "isExempt" | "isForAgents", boolean>,
  ): Promise<Credential> => {
    const credentialOf = (secret: string) => tokens.credentialOf(secret, { urgent }).catch(unavailable);
    const bearer = bearerOf(request);
    // The Authorization of a system in front (Basic, a Bearer of its own) comes with every request of a browser behind it.
    if (bearer !== null && tokens.hasForm(bearer))
      return (await credentialOf(bearer)) ?? (await request.guessed(SEND_TOKEN));
    const secret = request.cookies[cookie] || null;
    const session = secret === null ? null : await credentialOf(secret);
    if (session !== null) {
      checkPageWrite(request, "with a session cookie");
      return session;
    }
    const person = isForAgents ? null : (identity?.credentialOf(request.raw) ?? null);
    if (person !== null) {
      checkPageWrite(request, "by whom a proxy signed in, instead of a token,");
      return person;
    }
    if (bearer !== null || secret !== null) return request.guessed(SEND_TOKEN);
    if (!isExempt) await limits.countAddress(request, reply);
    throw new Refusal("not-authorized", SEND_TOKEN);
  };

  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { config: route, url } = request.routeOptions;
    const { urgent = false, uncounted = false, anyHost = false, isScrape = false } = route;
    const path = pathOf(request);
    /** Of a path that exists without the method that was asked for; null: this is a route, or nothing at all. */
    const allowed = url === undefined ? methods.allowedAt(path) : null;
    const isOptions = allowed !== null && request.method === "OPTIONS";
    const isOpen = allowed !== null && (isOptions || methods.isOpenAt(path));
    const access = isOpen ? "open" : accessOf(route.access ?? "viewer", request.params);
    // An agent that dials again and again, because its server came back or its credential is void, must keep nobody out:
    // many of them may share an address.
    const isExempt = urgent || access === "agent";
    request.guessed = (problem) => guess(request, reply, isExempt, problem);
    checkOneHost(request);
    request.isNamed = isNamed(request, names);
    if (!anyHost && !request.isNamed) throw foreignHost(request);
    checkOrigin(request, scheme, publicOrigin);
    if (access === "open") {
      if (url !== undefined) checkContentType(request);
      // The one open write is to sign in: it is counted once its secret turned out to be none.
      if ((READS.has(request.method) || allowed !== null) && !uncounted) await limits.countAddress(request, reply);
      if (isOptions) return reply.code(204).header("allow", allowed).send();
      if (allowed !== null) throw notAllowed(request, allowed);
      if (hasSlashAtEnd(path)) throw noSuchRoute(request, methods);
      return;
    }
    const isForAgents = access === "agent" || access === "join";
    if (isForAgents && needsCertificate) checkCertificate(request);
    const credential = await authenticate(request, reply, { urgent, isExempt, isForAgents });
    request.credential = credential;
    const { role, name } = credential.principal;
    if (!mayUse(role, access))
      throw new Refusal("forbidden", `${name} is ${role}; ${request.method} ${path} needs ${access}`);
    if (!isExempt) await (isScrape ? limits.countScrape : limits.countPrincipal)(request, reply);
    if (allowed !== null) throw notAllowed(request, allowed);
    // A parameter of the router takes an empty segment, too.
    if (hasSlashAtEnd(path)) throw noSuchRoute(request, methods);
    if (url !== undefined && !urgent) checkContentType(request);
  };
};
