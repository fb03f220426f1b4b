/** Performs a run from start to report, over the API alone. */
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { RunId } from "../../experiments/model/names.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { StartRun } from "../../server/contract/index.ts";
import { ApiError, type Client } from "./client.ts";
import type { Interruption } from "./interruption.ts";

export interface RunResult {
  readonly report: RunReport;
  readonly journal: readonly JournalRecord[];
}
/** Halts the run when a signal comes: faults away, audit, report; recovery is not waited for. */
const haltOnSignal = (client: Client, id: RunId, interruption: Interruption, say: (line: string) => void) =>
  interruption.onSignal((signal) => {
    const body = { reason: `interrupted by ${signal}`, because: "interrupted" as const, recover: false };
    client.call("POST /api/v1/runs/:id/halt", { params: { id }, body }).catch((error: Error) => {
      // The run had ended already.
      if (!(error instanceof ApiError && error.status === 409)) say(`could not halt run ${id}: ${error.message}`);
    });
  });

/** Starts a run; `key` makes a retried start count once. Throws ApiError when the server does not start the run. */
export const startRun = async (client: Client, body: StartRun, key: string): Promise<RunId> =>
  (await client.call("POST /api/v1/runs", { body, headers: { "idempotency-key": key } })).id;

export const perform = async (
  client: Client,
  { body, key }: { readonly body: StartRun; readonly key: string },
  options: {
    readonly interruption: Interruption;
    readonly say: (line: string) => void;
    readonly onRecord: (record: JournalRecord, run: RunId) => void;
  },
): Promise<RunResult> => {
  const id = await startRun(client, body, key);
  const stop = haltOnSignal(client, id, options.interruption, options.say);
  try {
    const journal: JournalRecord[] = [];
    for await (const record of client.records(id)) {
      journal.push(record);
      options.onRecord(record, id);
    }
    return { report: await client.call("GET /api/v1/runs/:id", { params: { id } }), journal };
  } finally {
    stop();
  }
};
