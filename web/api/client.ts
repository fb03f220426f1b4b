/** The HTTP API as the dashboard uses it: typed by the server's contract, signed in by a cookie that no script can read. */
import type { Api, ApiError } from "../../server/api/contract/index.ts";

export type RouteName = keyof Api;
/** Routes that answer with JSON. */
export type AskName = { [R in RouteName]: [Api[R]["reply"]] extends [never] ? never : R }[RouteName];

type Part<K extends string, V> = [V] extends [never] ? { readonly [P in K]?: never } : { readonly [P in K]: V };
type Optional<K extends string, V> = [V] extends [never] ? { readonly [P in K]?: never } : { readonly [P in K]?: V };
/** What a route wants. */
export type Wanted<R extends RouteName> = Part<"params", Api[R]["params"]> &
  Optional<"query", Partial<Api[R]["query"]>> &
  Part<"body", Api[R]["body"]>;

/** The server answered, and said no. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  /** Of the API's table of errors; empty: what answered was no Squall. */
  readonly code: string;
  readonly details: ApiError["details"];
  /** Of a server that stands by: the URL of the one that leads; null: it is not known. */
  readonly leader: string | null;
  constructor(status: number, error: Partial<ApiError> | null, leader: string | null) {
    super(error?.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = error?.code ?? "";
    this.details = error?.details ?? [];
    this.leader = leader;
  }
}
export interface Client {
  call<R extends AskName>(
    route: R,
    request: Wanted<R> & { readonly signal?: AbortSignal; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Api[R]["reply"]>;
  /** A stream of lines of JSON. */
  lines(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Server-sent events; `after`: the id of the last one that is known. */
  events(path: string, after: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

type Words = Readonly<Record<string, unknown>>;
const queryOf = (query: Words = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return given.length === 0
    ? ""
    : `?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)]))}`;
};
/** The method, and the path with everything filled in. */
export const pathOf = (route: RouteName, params: Words = {}, query: Words = {}): readonly [string, string] => {
  const [method, path] = route.split(" ") as [string, string];
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name] ?? "")));
  return [method, filled + queryOf(query)];
};

const refusalOf = async (response: Response): Promise<ApiRefusal> => {
  const error = (await response.json().catch(() => null)) as Partial<ApiError> | null;
  return new ApiRefusal(response.status, error, response.headers.get("squall-leader"));
};

/** `onSignedOut`: there is no session, or no longer. */
export const connect = (onSignedOut: (message: string) => void): Client => {
  const request = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(path, { ...init, redirect: "error", credentials: "same-origin" });
    if (response.ok) return response;
    const refusal = await refusalOf(response);
    if (response.status === 401) onSignedOut(refusal.message);
    throw refusal;
  };
  return {
    async call(route, { params, query, body, signal, headers = {} }) {
      const [method, path] = pathOf(route, params as Words | undefined, query as Words | undefined);
      const content =
        body === undefined
          ? { headers }
          : { body: JSON.stringify(body), headers: { ...headers, "content-type": "application/json" } };
      return (await (await request(path, { method, ...content, ...(signal && { signal }) })).json()) as never;
    },
    async lines(path, signal) {
      return (await request(path, { headers: { accept: "application/x-ndjson" }, signal })).body!;
    },
    async events(path, after, signal) {
      const resumed = after > 0 ? { "last-event-id": String(after) } : {};
      const headers = { accept: "text/event-stream", "squall-watch": "1", ...resumed };
      return (await request(path, { headers, signal })).body!;
    },
  };
};
