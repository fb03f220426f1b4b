/** A run's journal as server-sent events: what there is after `Last-Event-ID`, then each record as it is written. */
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import type { JournalRecord } from "../../../experiments/model/journal.ts";
import type { Clock } from "../../clock.ts";
import type { Live } from "../../runs/live.ts";
import type { Handler } from "../context.ts";

/** Proxies and clients take a silent stream for a dead one. */
const HEARTBEAT_MS = 5_000;

const written = (record: JournalRecord) => `event: record\nid: ${record.sequence}\ndata: ${JSON.stringify(record)}\n\n`;

/** Records as they come, in order; null when nothing came for a heartbeat. Ends with the last record, or when `stop` is called. */
const follow = (live: Live | null, clock: Clock, looksOn: boolean) => {
  const queue: JournalRecord[] = [];
  let over = live === null;
  let wake: () => void = () => {};
  const unlisten = live?.listen((record) => {
    queue.push(record);
    wake();
  }, looksOn);
  const stop = () => {
    over = true;
    wake();
  };
  // A run that crashed has no last record to end the stream.
  live?.done.finally(stop).catch(() => {});
  async function* records(): AsyncGenerator<JournalRecord | null> {
    try {
      for (;;) {
        const record = queue.shift();
        if (record !== undefined) yield record;
        else if (over) return;
        else {
          await new Promise<void>((resolve) => {
            const alarm = clock.wake(clock.nowMs() + HEARTBEAT_MS, resolve);
            wake = () => {
              alarm.cancel();
              resolve();
            };
          });
          if (queue.length === 0 && !over) yield null;
        }
      }
    } finally {
      unlisten?.();
    }
  }
  return { records: records(), stop };
};

const lastEventId = ({ headers }: FastifyRequest): number => {
  const id = Number(headers["last-event-id"]);
  return Number.isSafeInteger(id) && id > 0 ? id : 0;
};

export const streamRun: Handler<"GET /api/v1/runs/:id/events"> = async (
  { term, clock },
  { params, request, reply },
) => {
  const { runs } = term();
  let last = lastEventId(request);
  // Listening begins before the backlog is read: a record between the two comes twice and is passed over once.
  const live = runs.live(params.id);
  const { records, stop } = follow(live, clock, request.headers["squall-watch"] === "1");
  reply.raw.once("close", stop);
  const backlog = await runs.records(params.id, last).catch((error) => {
    stop();
    records.return(null).catch(() => {});
    throw error;
  });
  async function* events(): AsyncGenerator<string> {
    yield ": squall\n\n";
    for (const record of backlog) {
      last = record.sequence;
      yield written(record);
      if (record.entry.kind === "closed") return;
    }
    for await (const record of records) {
      if (record === null) yield ": still here\n\n";
      else if (record.sequence > last) {
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
