/** Runs of a server, over the API. */
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import { asRunId, type RunId } from "../../experiments/model/names.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { Api, RunSummary } from "../../server/contract/index.ts";
import { usage } from "../exit.ts";
import { ApiError, allPages, type Client } from "./client.ts";

export type RunFilter = Omit<NonNullable<Api["GET /api/v1/runs"]["query"]>, "limit" | "cursor">;
/** Largest page that the API allows. */
const PAGE = 200;
/** Number of newest runs searched for the beginning of an id. */
const LOOK_BACK = 2_000;

const pageOf = (client: Client, filter: RunFilter, limit: number) => (cursor: string | undefined) =>
  client.call("GET /api/v1/runs", { query: { ...filter, limit, ...(cursor === undefined ? {} : { cursor }) } });

/** The newest first. */
export const listRemote = (client: Client, filter: RunFilter, limit: number): Promise<RunSummary[]> =>
  allPages(pageOf(client, filter, Math.min(PAGE, limit)), ({ runs }) => runs, limit);

/** Rejects an id prefix that several runs share, instead of guessing. */
export const pickOne = (wanted: string, ids: readonly RunId[]): RunId | null => {
  const whole = ids.find((id) => id === wanted);
  if (whole !== undefined) return whole;
  const [first, ...more] = ids.filter((id) => id.startsWith(wanted));
  if (more.length > 0) throw usage(`${wanted} may be ${[first, ...more].join(", ")}: give more of it`);
  return first ?? null;
};

/** Finds a run by the whole id or the beginning of an id; `last` is the newest run. null: none found. */
export const findRemote = async (client: Client, wanted: string): Promise<RunId | null> => {
  if (wanted === "last") return (await listRemote(client, {}, 1))[0]?.id ?? null;
  // Pages by hand: the run that is meant is nearly always on the first.
  let seen = 0;
  for (let cursor: string | undefined; ; ) {
    const { runs, next } = await pageOf(client, {}, PAGE)(cursor);
    const found = pickOne(
      wanted,
      runs.map(({ id }) => id),
    );
    if (found !== null) return found;
    seen += runs.length;
    if (next === null) return null;
    if (seen >= LOOK_BACK) return isThere(client, asRunId(wanted));
    cursor = next;
  }
};
/** A whole id is found at any age. */
const isThere = async (client: Client, id: RunId): Promise<RunId | null> => {
  try {
    return (await client.call("GET /api/v1/runs/:id", { params: { id } })).id;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
};

export interface Record {
  readonly report: RunReport;
  readonly journal: readonly JournalRecord[];
}
export const readRemote = async (client: Client, id: RunId): Promise<Record> => {
  const journal: JournalRecord[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: Api["GET /api/v1/runs/:id/journal"]["reply"] = await client.call("GET /api/v1/runs/:id/journal", {
      params: { id },
      query: { after },
    });
    journal.push(...page.records);
    after = page.next;
  }
  return { report: await client.call("GET /api/v1/runs/:id", { params: { id } }), journal };
};
