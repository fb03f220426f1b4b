/** The HTTP API for the command line: typed by the server's contract, with no calls beside the contract. */

import { formatPath } from "../../experiments/model/document/issue.ts";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { RunId } from "../../experiments/model/names.ts";
import { EXIT } from "../../experiments/model/verdict/exit-code.ts";
import { readErrorBody } from "../../server/client/error-body.ts";
import { pathOf, type Values } from "../../server/client/path.ts";
import type { Api, ErrorBody } from "../../server/contract/index.ts";
import type { Clock } from "../clock.ts";
import { CommandError, FORBIDDEN, forbidden, INTERNAL, UNREACHABLE, USAGE, unreachable } from "../exit.ts";
import type { Answer } from "./exchange.ts";
import { openFailover, type SentRequest, type ServerAddresses } from "./failover.ts";
import { eventsIn, untilSilent } from "./stream.ts";

export type Route = keyof Api;
/** Absent where the route takes no such parameter. */
type Given<K extends string, T> = [T] extends [never] ? { readonly [P in K]?: never } : { readonly [P in K]: T };
type Query<T> = [T] extends [never] ? { readonly query?: never } : { readonly query?: T };
export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer must begin within this time, ms. */
  readonly withinMs?: number;
}
export type RouteInput<R extends Route> = Given<"params", Api[R]["params"]> &
  Query<Api[R]["query"]> &
  Given<"body", Api[R]["body"]> &
  RequestOptions;

/**
 * Refusals by policy, not by inability: a start refused with such a code becomes HALTED, because no traffic was
 * touched.
 */
const FORBIDDEN_NOW = new Set(["halted", "policy-refused", "preflight-refused"]);
/** Exit code for a refusal that the command does not handle. */
const exitCodeOf = (status: number, code: string): number => {
  if (FORBIDDEN_NOW.has(code)) return EXIT.HALTED;
  if (status === 500) return INTERNAL;
  return status === 429 || status > 500 ? UNREACHABLE : USAGE;
};
/** Details of an error; empty where the only detail stands in the message already. */
export const detailsOf = ({ message, details }: ErrorBody): readonly string[] =>
  details.length === 1 && message.includes(details[0]!.message)
    ? []
    : details.map((one) => `${one.path.length > 0 ? `${formatPath(one.path)}: ` : ""}${one.message}`);
/** The server answered with a refusal. */
export class ApiError extends CommandError {
  readonly status: number;
  readonly error: ErrorBody;
  constructor(status: number, error: ErrorBody) {
    const details = detailsOf(error).map((line) => `\n  ${line}`);
    super(exitCodeOf(status, error.code), error.message + details.join(""));
    this.status = status;
    this.error = error;
  }
}
export interface Client {
  /** URL of the server that answered last. */
  readonly url: string;
  call<R extends Route>(route: R, asking: RouteInput<R>): Promise<Api[R]["reply"]>;
  /** The response as a stream, for a body too large to be held. */
  stream(route: Route): Promise<ReadableStream<Uint8Array>>;
  /**
   * Every record of a run's journal, live, from the first; ends after the last. Resumes when the connection breaks. A
   * client that only `looksOn` keeps no attached run alive.
   */
  records(run: RunId, options?: { readonly looksOn: boolean }): AsyncGenerator<JournalRecord>;
}

/**
 * Routes whose repetition changes no more than a single request does; a start is repeatable with an idempotency key.
 */
const REPEATABLE = /^(GET|PUT|DELETE) |^POST .*\/(halt|release|pause|resume|plan)$/;

const apiErrorOf = async (answer: Answer): Promise<ApiError> =>
  new ApiError(answer.status, readErrorBody(answer.status, await answer.text()));
/** An answer that a retry would not change. */
const isFinal = (error: unknown): boolean =>
  (error instanceof ApiError && error.status < 500) || (error instanceof CommandError && error.exitCode === FORBIDDEN);

/**
 * Reconnects of a broken stream before the server counts as gone; with several servers the takeover by another is
 * awaited.
 */
const RETRIES = 5;
const RETRIES_OF_SEVERAL = 10;
const RETRY_MS = 200;
/** Three heartbeats of the server, ms. */
const SILENT_MS = 15_000;

export const connect = (servers: ServerAddresses, clock: Clock): Client => {
  const wire = openFailover(servers, clock);
  const request = async (path: string, sending: SentRequest): Promise<Answer> => {
    const answer = await wire.send(path, sending);
    if (answer.ok) return answer;
    const error = await apiErrorOf(answer);
    if (answer.status === 401 || answer.status === 403) throw forbidden(`${wire.url()}: ${error.message}`);
    throw error;
  };
  const retries = servers.urls.length > 1 ? RETRIES_OF_SEVERAL : RETRIES;
  return {
    get url() {
      return wire.url();
    },
    async call(route, asking) {
      const { params, query, body, headers = {}, withinMs } = asking as RouteInput<Route> & { body?: unknown };
      const [method, path] = pathOf(route, params as Values | undefined, query as Values | undefined);
      const answer = await request(path, {
        method,
        repeatable: REPEATABLE.test(route) || headers["idempotency-key"] !== undefined,
        headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(withinMs === undefined ? {} : { withinMs }),
      });
      return JSON.parse(await answer.text()) as never;
    },
    async stream(route) {
      const [method, path] = pathOf(route);
      return (await request(path, { method, repeatable: true })).stream();
    },
    async *records(run, { looksOn } = { looksOn: false }) {
      let last = 0;
      let isForgotten = false;
      for (let failures = 0; ; failures++) {
        try {
          const headers = {
            accept: "text/event-stream",
            ...(last > 0 && !isForgotten ? { "last-event-id": String(last) } : {}),
            ...(looksOn ? { "squall-watch": "1" } : {}),
          };
          const [method, path] = pathOf("GET /api/v1/runs/:id/events", { id: run });
          const answer = await request(path, { method, headers, repeatable: true });
          for await (const data of eventsIn(untilSilent(answer.stream(), clock, SILENT_MS))) {
            const record = JSON.parse(data) as JournalRecord;
            // A resumed stream may begin with records that are known already.
            if (record.sequence <= last) continue;
            last = record.sequence;
            failures = 0;
            yield record;
            if (record.entry.kind === "closed") return;
          }
        } catch (error) {
          // A server that took over may lack the last records that the previous server sent: the journal is read from
          // the first.
          if (error instanceof ApiError && error.status === 400 && last > 0 && !isForgotten) {
            isForgotten = true;
            continue;
          }
          if (isFinal(error) || failures >= retries) throw error;
        }
        if (failures >= retries)
          throw unreachable(`the server at ${wire.url()} ended the events of run ${run} in the middle`);
        await clock.sleep(RETRY_MS * (failures + 1));
      }
    },
  };
};

/** Every item of a paged list, at most `limit`. */
export const allPages = async <Page extends { readonly next: string | null }, Item>(
  ask: (cursor: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
  limit = Number.POSITIVE_INFINITY,
): Promise<Item[]> => {
  const items: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ask(cursor);
    items.push(...itemsOf(page));
    if (page.next === null || items.length >= limit) return items.slice(0, limit);
    cursor = page.next;
  }
};
