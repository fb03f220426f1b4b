/** HTTP API client of the dashboard: typed by the server's contract, signed in by a cookie that no script can read. */
import { readErrorBody } from "../../server/client/error-body.ts";
import { pathOf, type Values } from "../../server/client/path.ts";
import type { Api, ErrorBody } from "../../server/contract/index.ts";
import { patience } from "../clock.ts";
import { givesWay, makeRoom } from "./connection-room.ts";

export type RouteName = keyof Api;
/** Routes that answer with JSON. */
export type AskName = { [R in RouteName]: [Api[R]["reply"]] extends [never] ? never : R }[RouteName];

type Part<K extends string, V> = [V] extends [never] ? { readonly [P in K]?: never } : { readonly [P in K]: V };
type Optional<K extends string, V> = [V] extends [never] ? { readonly [P in K]?: never } : { readonly [P in K]?: V };
/** Params, query and body that a route needs. */
export type RouteInput<R extends RouteName> = Part<"params", Api[R]["params"]> &
  Optional<"query", Partial<Api[R]["query"]>> &
  Part<"body", Api[R]["body"]>;

/** The server answered, and said no. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** Error code from the API's table; empty: the responder was not a Squall server. */
  readonly code: string;
  readonly details: ErrorBody["details"];
  /** URL of the leader, sent by a standby server; null: unknown. */
  readonly leader: string | null;
  constructor(status: number, { code, message, details }: ErrorBody, leader: string | null) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.leader = leader;
  }
}
export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Time-out of the request, 10 s by default: a server that accepts a connection and never answers must not block the
   * page.
   */
  readonly withinMs?: number;
  /**
   * Urgent requests may not wait for a socket held by another request: after a second without an answer, `makeRoom`.
   */
  readonly urgent?: boolean;
}
export interface Client {
  /** Reply of the route. Rejects with ApiError, `TimeoutError`, or the network's error. */
  call<R extends AskName>(route: R, request: RouteInput<R> & RequestOptions): Promise<Api[R]["reply"]>;
  /** A stream of lines of JSON. */
  lines(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Server-sent events; `after`: the id of the last known event. null: the stream has ended for good. */
  events(path: string, after: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null>;
}

/** Query without the fields of a form that were left empty. */
const filledIn = (query: Values = {}): Values =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));

const apiErrorOf = async (response: Response): Promise<ApiError> => {
  const { status, headers } = response;
  return new ApiError(
    status,
    readErrorBody(status, await response.text().catch(() => "")),
    headers.get("squall-leader"),
  );
};

const ANSWER_MS = 10_000;
const ROOM_MS = 1_000;

/** `onSignedOut`: there is no session, or no longer. */
export const connect = (onSignedOut: (message: string) => void): Client => {
  const request = async (path: string, own: AbortController, init: RequestInit): Promise<Response> => {
    const signal = init.signal == null ? own.signal : AbortSignal.any([own.signal, init.signal]);
    const response = await fetch(path, { ...init, signal, redirect: "error", credentials: "same-origin" });
    if (response.ok) return response;
    const error = await apiErrorOf(response);
    if (response.status === 401) onSignedOut(error.message);
    throw error;
  };
  const stream = async (path: string, init: RequestInit): Promise<ReadableStream<Uint8Array> | null> => {
    const own = new AbortController();
    const leave = givesWay(own);
    init.signal?.addEventListener("abort", leave);
    try {
      return (await request(path, own, init)).body;
    } catch (error) {
      leave();
      throw error;
    }
  };
  return {
    async call(route, { params, query, body, signal, headers = {}, withinMs = ANSWER_MS, urgent = false }) {
      const [method, path] = pathOf(route, params as Values | undefined, filledIn(query as Values | undefined));
      const content =
        body === undefined
          ? { headers }
          : { body: JSON.stringify(body), headers: { ...headers, "content-type": "application/json" } };
      const late = AbortSignal.timeout(withinMs);
      const own = new AbortController();
      const ended = urgent ? patience(ROOM_MS, makeRoom).end : givesWay(own);
      try {
        const response = await request(path, own, {
          ...{ method, ...content, priority: urgent ? "high" : "auto" },
          signal: signal === undefined ? late : AbortSignal.any([signal, late]),
        });
        return (await response.json()) as never;
      } finally {
        ended();
      }
    },
    lines: async (path, signal) => (await stream(path, { headers: { accept: "application/x-ndjson" }, signal }))!,
    events(path, after, signal) {
      const resumed = after > 0 ? { "last-event-id": String(after) } : {};
      const headers = { accept: "text/event-stream", "squall-watch": "1", ...resumed };
      return stream(path, { headers, signal });
    },
  };
};
