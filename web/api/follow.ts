/** A stream of server-sent events, over connections that break. */
import { patience, sleep } from "../clock.ts";
import { ApiError, type Client } from "./client.ts";
import { GaveWayError } from "./connection-room.ts";
import { eventsIn } from "./events.ts";

/** State of the stream between the page and the server. */
export type Link =
  | { readonly is: "connecting" }
  | { readonly is: "live" }
  /**
   * Broken stream; the page tries again. `broke`: the connection ended, or could not be made. `silent`: no data came
   * for so long that the page gave up the connection. `answered`: a Squall server answered but does not serve the
   * stream now.
   */
  | { readonly is: "lost"; readonly how: "broke" | "silent" | "answered"; readonly why: string }
  /** The last event has come. */
  | { readonly is: "over" }
  /** The server refused the request, or sent data that cannot be parsed: another attempt would not help. */
  | { readonly is: "refused"; readonly why: string };

export interface Follower {
  /** The path of the stream, anew for each connection. */
  readonly path: string;
  /** Name of the events to follow. */
  readonly event: string;
  /** The id of the last event that is known, to resume after; 0: begin anew. */
  last(): number;
  /** Takes a parsed event. True: the last event of the stream. */
  take(data: unknown): boolean;
  link(link: Link): void;
  /** Called for any received data, even a mere sign of life. */
  heard(): void;
}
/** Silence limit of the stream: the server sends data every 5 s. */
const SILENT_MS = 12_000;
const RETRY_MS = 500;
const LONGEST_RETRY_MS = 5_000;

class Silence extends Error {
  override readonly message = "nothing was heard from the server for 12 s";
}

/** Consumes a single connection; true: the last event has come. */
const listen = async (client: Client, follower: Follower, after: number, signal: AbortSignal): Promise<boolean> => {
  const silence = new AbortController();
  const waiting = patience(SILENT_MS, () => silence.abort(new Silence()));
  try {
    const body = await client.events(follower.path, after, AbortSignal.any([signal, silence.signal]));
    if (body === null) return true;
    for await (const came of eventsIn(body)) {
      waiting.renew();
      follower.heard();
      if (came?.event === follower.event && follower.take(JSON.parse(came.data))) return true;
    }
    return false;
  } finally {
    waiting.end();
  }
};

/** Kind of loss: an API error names a code; an error without a code came from a proxy in front of a dead server. */
const howOf = (error: unknown) => {
  if (error instanceof Silence) return "silent";
  return error instanceof ApiError && error.code !== "" ? "answered" : "broke";
};

/** Goes on until the last event has come, the server says no, or `signal`. */
export const follow = async (client: Client, follower: Follower, signal: AbortSignal): Promise<void> => {
  let failures = 0;
  let isForgotten = false;
  const hearing: Follower = {
    ...follower,
    heard() {
      failures = 0;
      follower.link({ is: "live" });
      follower.heard();
    },
  };
  while (!signal.aborted) {
    try {
      if (await listen(client, hearing, isForgotten ? 0 : follower.last(), signal))
        return follower.link({ is: "over" });
      if (!signal.aborted) follower.link({ is: "lost", how: "broke", why: "the server ended the stream" });
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      // A new leader lacks the event that the previous leader sent last: the stream is read from the first event.
      if (error instanceof ApiError && error.status === 400 && follower.last() > 0 && !isForgotten) {
        isForgotten = true;
        continue;
      }
      // A server that stands by, or is full, may take us in a moment.
      const isFinal = error instanceof ApiError && error.status < 500 && ![421, 429].includes(error.status);
      if (isFinal) return follower.link({ is: "refused", why });
      if (!(error instanceof GaveWayError)) follower.link({ is: "lost", how: howOf(error), why });
    }
    await sleep(Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** failures++), signal);
  }
};
