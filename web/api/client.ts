/** The HTTP API as the dashboard uses it: typed by the server's contract. */
import type { Api, ApiError } from "../../server/api/contract/index.ts";

type Route = keyof Api;
type Params<R extends Route> = Api[R]["params"] extends never ? { params?: never } : { params: Api[R]["params"] };
type Body<R extends Route> = Api[R]["body"] extends never ? { body?: never } : { body: Api[R]["body"] };

/** The server answered, and said no. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
export interface Client {
  call<R extends Route>(
    route: R,
    request: Params<R> & Body<R> & { readonly signal?: AbortSignal },
  ): Promise<Api[R]["reply"]>;
  /** The server-sent events of a run, after the record of that number. */
  events(run: string, after: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

const pathOf = (route: Route, params: Readonly<Record<string, string>> = {}): readonly [string, string] => {
  const [method, path] = route.split(" ") as [string, string];
  return [method, path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""))];
};
const refusalOf = async (response: Response): Promise<ApiRefusal> => {
  const error = (await response.json().catch(() => null)) as Partial<ApiError> | null;
  return new ApiRefusal(response.status, error?.message ?? `HTTP ${response.status}`);
};

/** `onForbidden`: the token is not, or no longer, this server's. */
export const connect = (token: string, onForbidden: (message: string) => void): Client => {
  const request = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { ...init.headers, authorization: `Bearer ${token}` };
    const response = await fetch(path, { ...init, headers, redirect: "error", credentials: "omit" });
    if (response.ok) return response;
    const refusal = await refusalOf(response);
    if (response.status === 401) onForbidden(refusal.message);
    throw refusal;
  };
  return {
    async call(route, { params, body, signal }) {
      const [method, path] = pathOf(route, params as Record<string, string> | undefined);
      const content =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      return (await (await request(path, { method, ...content, ...(signal && { signal }) })).json()) as never;
    },
    async events(run, after, signal) {
      const resumed = after > 0 ? { "last-event-id": String(after) } : {};
      const headers = { accept: "text/event-stream", "squall-watch": "1", ...resumed };
      const [, path] = pathOf("GET /api/v1/runs/:id/events", { id: run });
      return (await request(path, { headers, signal })).body!;
    },
  };
};
