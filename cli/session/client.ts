/** The HTTP API as the front door uses it: typed by the server's contract, and nothing beside it. */
import type { JournalRecord } from "../../experiments/model/journal.ts";
import type { Api, ApiError } from "../../server/api/contract/index.ts";
import { CommandError, FORBIDDEN, forbidden, unreachable } from "../exit.ts";

type Route = keyof Api;
type Params<R extends Route> = Api[R]["params"] extends never ? { params?: never } : { params: Api[R]["params"] };
type Body<R extends Route> = Api[R]["body"] extends never ? { body?: never } : { body: Api[R]["body"] };

/** The server answered, and said no. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  readonly error: ApiError;
  constructor(status: number, error: ApiError) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}
export interface Client {
  readonly url: string;
  call<R extends Route>(route: R, request: Params<R> & Body<R>): Promise<Api[R]["reply"]>;
  /** Every record of a run's journal as it is written, from the first; ends after the last. Resumes when the connection breaks. */
  records(run: string): AsyncGenerator<JournalRecord>;
}

const pathOf = (route: Route, params: Readonly<Record<string, string>> | undefined): readonly [string, string] => {
  const [method, path] = route.split(" ") as [string, string];
  return [method, path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params?.[name] ?? ""))];
};
const refusalOf = async (response: Response): Promise<ApiRefusal> => {
  const text = await response.text();
  try {
    const error = JSON.parse(text) as ApiError;
    return new ApiRefusal(response.status, { ...error, message: error.message ?? text, details: error.details ?? [] });
  } catch {
    return new ApiRefusal(response.status, {
      code: "unknown",
      message: `HTTP ${response.status}: ${text.slice(0, 200)}`,
      details: [],
    });
  }
};
/** An answer, and one that will not change. */
const isFinal = (error: unknown): boolean =>
  error instanceof ApiRefusal || (error instanceof CommandError && error.exitCode === FORBIDDEN);
/** How often a broken stream is taken up again before the server counts as gone. */
const RETRIES = 5;
const RETRY_MS = 200;

export const connect = (url: string, token: string, sleep: (ms: number) => Promise<void>): Client => {
  const request = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { ...init.headers, authorization: `Bearer ${token}` };
    const response = await fetch(`${url}${path}`, { ...init, headers, redirect: "error" }).catch((error: Error) => {
      const cause = error.cause instanceof Error ? error.cause.message : error.message;
      throw unreachable(`the server at ${url} does not answer: ${cause}`);
    });
    if (response.ok) return response;
    const refusal = await refusalOf(response);
    if (response.status === 401 || response.status === 403) throw forbidden(`${url}: ${refusal.message}`);
    throw refusal;
  };
  const client: Client = {
    url,
    async call(route, { params, body }) {
      const [method, path] = pathOf(route, params as Record<string, string> | undefined);
      const init: RequestInit =
        body === undefined
          ? { method }
          : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      return (await (await request(path, init)).json()) as never;
    },
    async *records(run) {
      let last = 0;
      for (let failures = 0; ; failures++) {
        try {
          const headers = { accept: "text/event-stream", ...(last > 0 ? { "last-event-id": String(last) } : {}) };
          const response = await request(`/api/v1/runs/${encodeURIComponent(run)}/events`, { headers });
          for await (const data of eventsIn(response.body!)) {
            const record = JSON.parse(data) as JournalRecord;
            // A resumed stream may begin with what is known already.
            if (record.sequence <= last) continue;
            last = record.sequence;
            failures = 0;
            yield record;
            if (record.entry.kind === "closed") return;
          }
        } catch (error) {
          if (isFinal(error) || failures >= RETRIES) throw error;
        }
        if (failures >= RETRIES) throw unreachable(`the server at ${url} ended the events of run ${run} in the middle`);
        await sleep(RETRY_MS * (failures + 1));
      }
    },
  };
  return client;
};

/** The data of each `record` event of a server-sent event stream (HTML Standard, 9.2.6: fields, comments, blank line ends). */
export async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  let event = "message";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line === "") {
        if (data.length > 0 && event === "record") yield data.join("\n");
        data = [];
        event = "message";
        continue;
      }
      const [field, value] = fieldOf(line);
      if (field === "data") data.push(value);
      if (field === "event") event = value;
    }
  }
}
const fieldOf = (line: string): readonly [string, string] => {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
};
