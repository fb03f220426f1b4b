/** A run's journal as it is written, over connections that break. */
import type { JournalRecord } from "../../experiments/model/journal.ts";
import { patience, sleep } from "../clock.ts";
import { ApiRefusal, type Client } from "./client.ts";
import { eventsIn } from "./events.ts";

/** How the page stands to the server. */
export type Link =
  | { readonly is: "connecting" }
  | { readonly is: "live" }
  /** Broken; it is tried again. */
  | { readonly is: "lost"; readonly why: string }
  /** The last record has come. */
  | { readonly is: "over" }
  /** The server said no, or what came cannot be understood: trying again would not help. */
  | { readonly is: "refused"; readonly why: string };

export interface Follower {
  record(record: JournalRecord): void;
  link(link: Link): void;
  /** Something came, if only a sign of life. */
  heard(): void;
}
/** The server says something every 5 s. */
const SILENT_MS = 12_000;
const RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;

/** Takes what one connection gives; true: the last record has come. */
const listen = async (
  client: Client,
  run: string,
  after: number,
  follower: Follower,
  signal: AbortSignal,
): Promise<boolean> => {
  const silence = new AbortController();
  const waiting = patience(SILENT_MS, () => silence.abort(new Error("nothing was heard from the server for 12 s")));
  try {
    const body = await client.events(run, after, AbortSignal.any([signal, silence.signal]));
    for await (const data of eventsIn(body)) {
      waiting.renew();
      follower.heard();
      if (data === null) continue;
      const record = JSON.parse(data) as JournalRecord;
      follower.record(record);
      if (record.entry.kind === "closed") return true;
    }
    return false;
  } finally {
    waiting.end();
  }
};

export const follow = async (client: Client, run: string, follower: Follower, signal: AbortSignal): Promise<void> => {
  let last = 0;
  let failures = 0;
  const once: Follower = {
    ...follower,
    heard() {
      failures = 0;
      follower.link({ is: "live" });
      follower.heard();
    },
    record(record) {
      // A resumed stream may begin with what is known already.
      if (record.sequence <= last) return;
      last = record.sequence;
      follower.record(record);
    },
  };
  while (!signal.aborted) {
    try {
      if (await listen(client, run, last, once, signal)) return follower.link({ is: "over" });
      follower.link({ is: "lost", why: "the server ended the stream" });
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      if (error instanceof ApiRefusal && error.status < 500) return follower.link({ is: "refused", why });
      follower.link({ is: "lost", why });
    }
    await sleep(Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** failures++), signal);
  }
};
