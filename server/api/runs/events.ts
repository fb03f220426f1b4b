/** A run's journal as server-sent events: the records after `Last-Event-ID`, then each record when written. */
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import type { JournalRecord } from "../../../experiments/model/journal/journal.ts";
import type { RunId } from "../../../experiments/model/names.ts";
import type { Clock } from "../../clock.ts";
import { ApiError } from "../../errors.ts";
import type { ActiveRun } from "../../runs/active/active-run.ts";
import type { Runs } from "../../runs/runs.ts";
import type { Handler } from "../context.ts";

/** Interval of heartbeats: proxies and clients take a silent stream for dead. */
const HEARTBEAT_MS = 5_000;

const written = (record: JournalRecord) => `event: record\nid: ${record.sequence}\ndata: ${JSON.stringify(record)}\n\n`;

/** Records that wait in memory for each reader; also the page size of reads from the store for a reader that lags. */
const MOST_WAITING = 200;
/** More records came than the reader took: the unread records stand in the store. */
const LAGGING = Symbol();

/**
 * Records in order of arrival; null after a heartbeat without records, LAGGING when records were passed over. Ends with
 * the last record, or when `stop` is called.
 */
const follow = (active: ActiveRun | null, clock: Clock, looksOn: boolean) => {
  const queue: JournalRecord[] = [];
  let isLagging = false;
  let over = active === null;
  let wake: () => void = () => {};
  const unlisten = active?.listen((record) => {
    if (queue.length < MOST_WAITING) queue.push(record);
    else {
      queue.length = 0;
      isLagging = true;
    }
    wake();
  }, looksOn);
  const stop = () => {
    over = true;
    wake();
  };
  // A run that crashed has no last record to end the stream.
  active?.done.then(stop, stop);
  async function* records(): AsyncGenerator<JournalRecord | null | typeof LAGGING> {
    try {
      for (;;) {
        const record = queue.shift();
        if (isLagging) {
          isLagging = false;
          queue.length = 0;
          yield LAGGING;
        } else if (record !== undefined) yield record;
        else if (over) return;
        else {
          await new Promise<void>((resolve) => {
            const alarm = clock.wake(clock.nowMs() + HEARTBEAT_MS, resolve);
            wake = () => {
              alarm.cancel();
              resolve();
            };
          });
          if (queue.length === 0 && !over && !isLagging) yield null;
        }
      }
    } finally {
      unlisten?.();
    }
  }
  return { records: records(), stop };
};

/** Sequence of the last record that the reader has; 0: none. */
const lastEventId = ({ headers }: FastifyRequest): number => Number(headers["last-event-id"] ?? 0);
/** PostgreSQL counts records in 32 bits. */
const MOST = 2 ** 31 - 1;
/** True when the record closes the journal. Throws ApiError when no such record exists. */
const isLast = async (runs: Runs, run: RunId, sequence: number): Promise<boolean> => {
  if (sequence === 0) return false;
  const [record] = sequence > MOST ? [] : await runs.records(run, sequence - 1, 1);
  if (record?.sequence === sequence) return record.entry.kind === "closed";
  throw new ApiError(
    "bad-request",
    `the journal of ${run} has no record ${sequence}: leave Last-Event-ID out to read it from the first`,
  );
};

export const streamRun: Handler<"GET /api/v1/runs/:id/events"> = async (
  { controlPlane, clock },
  { params, request, reply },
) => {
  const { runs } = controlPlane();
  let last = lastEventId(request);
  if (await isLast(runs, params.id, last)) return null;
  // Listening begins before the backlog is read: a record between the two comes twice, and the second is dropped.
  const active = runs.active(params.id);
  const { records, stop } = follow(active, clock, request.headers["squall-watch"] === "1");
  reply.raw.once("close", stop);
  const page = () => runs.records(params.id, last, MOST_WAITING);
  const first = await page().catch((error) => {
    stop();
    records.return(null).catch(() => {});
    throw error;
  });
  /** Yields stored records page by page at the reader's pace: a journal may be large, with many readers. */
  async function* stored(from: readonly JournalRecord[]): AsyncGenerator<JournalRecord> {
    for (let some = from; some.length > 0; some = await page()) {
      yield* some;
      if (some.length < MOST_WAITING) return;
    }
  }
  async function* all(): AsyncGenerator<JournalRecord | null> {
    yield* stored(first);
    for await (const record of records) {
      if (record === LAGGING) yield* stored(await page());
      else yield record;
    }
  }
  async function* events(): AsyncGenerator<string> {
    yield ": squall\n\n";
    for await (const record of all()) {
      if (record === null) yield ": still here\n\n";
      else if (record.sequence > last) {
        last = record.sequence;
        yield written(record);
        if (record.entry.kind === "closed") return;
      }
    }
  }
  return Readable.from(
    (async function* () {
      try {
        yield* events();
      } finally {
        stop();
        await records.return(null);
      }
    })(),
  );
};
