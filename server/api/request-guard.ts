/**
 * The request guard: host, origin and credential checks that every request passes before any handler runs (SAFETY.md
 * 5).
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ServerConfig } from "../config/config.ts";
import { ApiError } from "../errors.ts";
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
    /** Access that the route needs; default: every reader. */
    readonly access?: RouteAccess;
    /** The route stops faults: never limited, and waits for no database. */
    readonly urgent?: boolean;
    /** Machines poll the route all the time, at no cost: requests are not counted. */
    readonly uncounted?: boolean;
    /** Load balancers call the route by an address, or without a name. */
    readonly anyHost?: boolean;
    /** Counted apart: a scraper uses up none of the token's other requests. */
    readonly isScrape?: boolean;
  }
  interface FastifyRequest {
    /** Credential of the request; null on open routes, and before the request guard has passed the request. */
    credential: Credential | null;
    /** True when the Host is a name of this server. */
    isNamed: boolean;
    /** True when the request showed an invalid secret. */
    isGuess: boolean;
    /** Counts an invalid secret, and throws the answering ApiError. `problem`: message of the answer. */
    guessed(problem: string): Promise<never>;
  }
}

export interface RequestGuardConfig {
  readonly log: RateLimitedLog;
  readonly tokens: Tokens;
  /** Name of the session cookie. */
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
 * RFC 9112, 3.2: refuses more than one Host, and a target that names another authority than Host; otherwise a proxy in
 * front may have checked the target, and this server the Host.
 */
const checkOneHost = ({ raw: { rawHeaders }, headers: { host }, url }: FastifyRequest): void => {
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "host");
  if (hosts.length > 1) throw new ApiError("bad-request", "a request has one Host header");
  const authority = ABSOLUTE.exec(url)?.[1];
  if (authority !== undefined && authority.toLowerCase() !== host?.toLowerCase())
    throw new ApiError("bad-request", "the request's target names another host than its Host header");
};
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i;
/**
 * A page of another site can reach loopback under a foreign name (DNS rebinding): only this server's names are served.
 */
const isNamed = ({ headers: { host } }: FastifyRequest, names: ReadonlySet<string>): boolean =>
  host !== undefined && names.has(hostName(host));
const foreignHost = ({ headers: { host = "" } }: FastifyRequest): ApiError =>
  new ApiError("host-not-allowed", `Host ${JSON.stringify(host)} is not one of this server's names`);
/**
 * `publicOrigin`: the only accepted origin, since without TLS the Host may be forged on the way; null: not configured.
 */
const checkOrigin = (request: FastifyRequest, scheme: string, publicOrigin: string | null): void => {
  const { origin, host: own } = request.headers;
  if (origin === undefined) return;
  if (request.routeOptions.url === AGENT_PATH)
    throw new ApiError("origin-not-allowed", "agents send no Origin header; browsers do");
  if (origin !== (publicOrigin ?? `${scheme}://${own}`))
    throw new ApiError("origin-not-allowed", `pages of ${origin} may not use this server`);
};
/** Blocks forms of other sites: a form sent without a preflight is never JSON, and never DELETE. */
const checkContentType = ({ method, headers }: FastifyRequest): void => {
  if (READS.has(method)) return;
  const isEmpty = (headers["content-length"] ?? "0") === "0" && headers["transfer-encoding"] === undefined;
  if (method === "DELETE" && isEmpty && headers["content-type"] === undefined) return;
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new ApiError("not-json", "writes are taken as application/json only");
};
/** A client without the certificate never reaches the agents' routes, token or not. */
const checkCertificate = ({ raw: { socket } }: FastifyRequest): void => {
  if (!("authorized" in socket && socket.authorized === true))
    throw new ApiError("certificate-needed", "agents of this server show a client certificate of its authority");
};

/** RFC 9110, 11.1: the scheme is the same in either case. */
const BEARER = /^Bearer +(\S+) *$/i;
const bearerOf = ({ headers: { authorization = "" } }: FastifyRequest): string | null =>
  BEARER.exec(authorization)?.[1] ?? null;
/**
 * Requires an Origin header on writes. A browser sends a cookie with every request, and a proxy adds the identity: only
 * the Origin shows which page sent the write.
 */
const checkPageWrite = ({ method, headers }: FastifyRequest, by: string): void => {
  if (!READS.has(method) && headers.origin === undefined)
    throw new ApiError("origin-not-allowed", `a write ${by} needs the Origin header that browsers send`);
};

const notAllowed = (request: FastifyRequest, allow: string): ApiError =>
  new ApiError("method-not-allowed", `${pathOf(request)} has no ${request.method}; it has ${allow}`, [], { allow });

/** Length of an IPv6 address with a zone. */
const LONGEST_ADDRESS = 64;
const SEND_TOKEN = "send a valid token as `Authorization: Bearer …`, or sign in";
const unavailable = (error: Error): never => {
  throw new ApiError("store-unavailable", `tokens cannot be looked up: ${error.message}`);
};

export const requestGuard = ({ log, tokens, cookie, config, limits, methods }: RequestGuardConfig) => {
  const names = namesOf(config);
  const scheme = config.tls === undefined ? "http" : "https";
  const publicOrigin = config.publicUrl === undefined ? null : new URL(config.publicUrl).origin;
  const { auth, trustedProxies = [] } = config;
  const identity = auth === undefined ? null : new ProxyIdentity(auth, trustedProxies);
  const needsCertificate = (config.tls?.clientCa ?? null) !== null;

  /**
   * Handles a secret already looked up as invalid: a client with a valid secret never comes here, whatever others
   * guess.
   */
  const guess = async (request: FastifyRequest, reply: FastifyReply, isExempt: boolean, problem: string) => {
    const { method } = request;
    request.isGuess = true;
    // A trusted proxy may still pass on a text that is no address.
    const address = request.ip.slice(0, LONGEST_ADDRESS);
    log.warn(address, "a token was refused", { address, method, path: pathOf(request), request: request.id });
    await (isExempt ? limits.countExemptGuess : limits.countGuess)(request, reply);
    throw new ApiError("not-authorized", problem);
  };
  const authenticate = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { urgent, isExempt, isForAgents }: Record<"urgent" | "isExempt" | "isForAgents", boolean>,
  ): Promise<Credential> => {
    const credentialOf = (secret: string) => tokens.credentialOf(secret, { urgent }).catch(unavailable);
    const bearer = bearerOf(request);
    // A browser behind another system sends that system's Authorization (Basic, a foreign Bearer) with every request.
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
    throw new ApiError("not-authorized", SEND_TOKEN);
  };

  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { config: route, url } = request.routeOptions;
    const { urgent = false, uncounted = false, anyHost = false, isScrape = false } = route;
    const path = pathOf(request);
    /** Methods of a path that lacks the requested method; null: the request has a route, or the path does not exist. */
    const allowed = url === undefined ? methods.allowedAt(path) : null;
    const isOptions = allowed !== null && request.method === "OPTIONS";
    const isOpen = allowed !== null && (isOptions || methods.isOpenAt(path));
    const access = isOpen ? "open" : accessOf(route.access ?? "viewer", request.params);
    // Agents that dial again and again, because the server came back or a credential is void, must lock out no client:
    // many agents may share an address.
    const isExempt = urgent || access === "agent";
    request.guessed = (problem) => guess(request, reply, isExempt, problem);
    checkOneHost(request);
    request.isNamed = isNamed(request, names);
    if (!anyHost && !request.isNamed) throw foreignHost(request);
    checkOrigin(request, scheme, publicOrigin);
    if (access === "open") {
      if (url !== undefined) checkContentType(request);
      // The only open write is signing in: counted once the secret has turned out invalid.
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
      throw new ApiError("forbidden", `${name} is ${role}; ${request.method} ${path} needs ${access}`);
    if (!isExempt) await (isScrape ? limits.countScrape : limits.countPrincipal)(request, reply);
    if (allowed !== null) throw notAllowed(request, allowed);
    // A router parameter also matches an empty segment.
    if (hasSlashAtEnd(path)) throw noSuchRoute(request, methods);
    if (url !== undefined && !urgent) checkContentType(request);
  };
};
