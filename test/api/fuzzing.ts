/** Sends generated requests to a server, several at a time, and reports every answer outside the contract. */
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { apiError } from "../../server/contract/error.ts";
import { api, isTextReply, type Route, type RouteName } from "../../server/contract/index.ts";
import { ERRORS } from "../../server/errors.ts";
import { TOKEN } from "../server/house.ts";
import { Described } from "./described.ts";
import { type Generated, type Known, type OpenApi, requestsFrom } from "./requests.ts";

const CLIENTS = 8;
/** Time limit: an answer that takes longer counts as a hang. */
const HANG_MS = 20_000;
/** Streams of active runs have no end: the events of a moment are enough. */
const GLANCE_MS = 100;

export interface Fuzzing {
  readonly url: string;
  readonly document: OpenApi;
  readonly seed: number;
  readonly known: Known;
  readonly count: number;
}
export interface Fuzzed {
  /** A text for each answer that violates the contract. */
  readonly wrong: readonly string[];
  /** The statuses that each operation was answered with. */
  readonly met: ReadonlyMap<string, ReadonlySet<number>>;
}
interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly type: string;
  /** Body text; null: a stream that was left before the end. */
  readonly text: string | null;
}

const send = (url: string, agent: Agent, { method, path, headers, body }: Generated): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const all = { authorization: `Bearer ${TOKEN}`, ...headers };
    const asked = request({ hostname, port, method, path, headers: all, agent });
    const late = setTimeout(() => asked.destroy(new Error(`no answer within ${HANG_MS} ms`)), HANG_MS);
    asked.on("error", reject);
    asked.on("response", (response) => {
      const type = response.headers["content-type"] ?? "";
      const done = (text: string | null) => {
        clearTimeout(late);
        resolve({ status: response.statusCode!, headers: response.headers, type, text });
      };
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => done(Buffer.concat(parts).toString()));
      response.on("error", reject);
      if (!type.startsWith("text/event-stream")) return;
      setTimeout(() => {
        done(null);
        asked.destroy();
      }, GLANCE_MS);
    });
    asked.end(body ?? undefined);
  });

/** `GET /api/v1/runs/{id}` → `GET /api/v1/runs/:id`. */
export const routeOf = (operation: string): RouteName => operation.replace(/\{(\w+)\}/g, ":$1") as RouteName;
/** Outside of the contract: health and metrics. */
const isMachines = (operation: string): boolean => !Object.hasOwn(api, routeOf(operation));
const DOCUMENTED = new Set([503, 507]);

const problemOfError = (status: number, text: string): string | null => {
  if (status >= 500 && !DOCUMENTED.has(status)) return `answered ${status}`;
  const error = apiError.safeParse(JSON.parse(text));
  if (!error.success) return `answered ${status} with something that is no error of ours`;
  const kind = ERRORS[error.data.code as keyof typeof ERRORS];
  return kind?.status === status ? null : `answered ${status} with the code ${error.data.code}`;
};
/** Contract violation of an answer; null: none. */
const problemOf = ({ operation }: Generated, { status, type, text }: Answered): string | null => {
  if (status === 304 || status === 204 || text === null || isMachines(operation)) return null;
  if (status >= 400) return problemOfError(status, text);
  const { reply } = api[routeOf(operation)] as Route;
  if (typeof reply === "string") return type.startsWith(reply) ? null : `answered with ${type}, expected ${reply}`;
  if (isTextReply(reply)) return null;
  const read = reply.safeParse(JSON.parse(text));
  return read.success ? null : `answered what the contract does not say: ${JSON.stringify(read.error.issues[0])}`;
};

export const fuzz = async ({ url, document, seed, known, count }: Fuzzing): Promise<Fuzzed> => {
  const requests = requestsFrom(document, seed, known);
  const described = new Described(document);
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const wrong: string[] = [];
  const met = new Map<string, Set<number>>();
  let left = count;
  const one = async (generated: Generated): Promise<string | null> => {
    const answered = await send(url, agent, generated);
    met.set(generated.operation, (met.get(generated.operation) ?? new Set()).add(answered.status));
    // A path that was generated empty, or too long, is another path or none.
    const [method, template] = generated.operation.split(" ") as [string, string];
    const isElsewhere = answered.text?.includes('"no-such-route"') === true;
    const problem =
      problemOf(generated, answered) ?? (isElsewhere ? null : described.problemOf(method, template, answered));
    return problem === null ? null : `${problem}: ${answered.text?.slice(0, 200)}`;
  };
  const client = async () => {
    while (left-- > 0) {
      const generated = requests.next().value;
      const problem = await one(generated).catch((error: Error) => error.message);
      if (problem !== null) wrong.push(`${problem}\n  ${JSON.stringify(generated).slice(0, 600)}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
  return { wrong, met };
};
