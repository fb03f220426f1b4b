/**
 * Server-sent events parsed from a fetched body: `EventSource` cannot mark its request as a mere observer (HTML
 * Standard, 9.2.6).
 */
import { createParser } from "eventsource-parser";

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}
/** Each event; null for any other input, so that a quiet stream differs from a silent server. */
export async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent | null> {
  // Some browsers cannot iterate a stream by `for await`.
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parse = eventParser();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = parse(decoder.decode(value, { stream: true }));
      if (events.length === 0) yield null;
      yield* events;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Incremental parser: takes text as received, returns the complete events. */
export const eventParser = () => {
  let complete: ServerEvent[] = [];
  const parser = createParser({
    onEvent: ({ event = "message", data }) => complete.push({ event, data }),
  });
  return (text: string): readonly ServerEvent[] => {
    complete = [];
    parser.feed(text);
    return complete;
  };
};
