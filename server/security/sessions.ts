/**
 * Sessions: a person's stay in the dashboard, as a token of its own for half a day, kept in a cookie that no script can
 * read. A session is a row like any token, and so is listed, revoked, and known to whichever server leads.
 */
import type { CookieSerializeOptions } from "@fastify/cookie";
import type { Clock } from "../clock.ts";
import type { Credential } from "./roles.ts";
import type { Tokens } from "./tokens.ts";

export const SESSION_MS = 12 * 3_600_000;
/** Most sessions of a token: people do not sign out of a closed browser, so the oldest sessions end by themselves. */
export const MOST_SESSIONS = 50;

/** True if browsers reach a server by TLS: the server's own TLS, or that of a proxy in front. */
export const isSecure = ({ tls, publicUrl }: { readonly tls?: object; readonly publicUrl?: string }): boolean =>
  tls !== undefined || (publicUrl?.startsWith("https:") ?? false);

/** Hex digits of the cluster's id that a cookie's name carries. */
const CLUSTER_DIGITS = 8;
/**
 * Name of the session cookie. Browsers keep cookies by host and not by port: the cluster's id keeps two servers on the
 * same host apart, and is the same on all servers of a database. The prefix binds the cookie to this host and to TLS: a
 * browser refuses a prefixed cookie without TLS.
 */
export const cookieName = (secure: boolean, cluster: string): string =>
  `${secure ? "__Host-squall" : "squall"}-${cluster.replaceAll("-", "").slice(0, CLUSTER_DIGITS)}`;
export const cookieOptions = (secure: boolean): CookieSerializeOptions => ({
  path: "/",
  httpOnly: true,
  sameSite: "strict",
  secure,
});

export interface Session {
  readonly secret: string;
  /** Unix ms. */
  readonly expiresMs: number;
}
/**
 * Opens a session, which never outlives the credential that opened the session: a token, or by a ticket another
 * session.
 */
export const openSession = async (tokens: Tokens, clock: Clock, credential: Credential): Promise<Session> => {
  const { principal, expiresMs: ends } = credential;
  const parent = tokens.parentOf(credential);
  await tokens.tidy();
  await tokens.makeRoom(parent, MOST_SESSIONS);
  const expiresMs = Math.min(ends ?? Number.POSITIVE_INFINITY, clock.wallMs() + SESSION_MS);
  const { secret } = await tokens.create({
    ...{ name: principal.name, role: principal.role, by: principal, expiresMs },
    parent,
    prefix: "squall_session",
  });
  return { secret, expiresMs };
};
