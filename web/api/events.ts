/**
 * Server-sent events parsed from a fetched body: `EventSource` cannot mark its request as a mere observer (HTML
 * Standard, 9.2.6).
 */

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
  let rest = "";
  let data: string[] = [];
  let event = "message";
  return (text: string): ServerEvent[] => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    const complete: ServerEvent[] = [];
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line === "") {
        if (data.length > 0) complete.push({ event, data: data.join("\n") });
        data = [];
        event = "message";
        continue;
      }
      const [field, value] = fieldOf(line);
      if (field === "data") data.push(value);
      if (field === "event") event = value;
    }
    return complete;
  };
};
const fieldOf = (line: string): readonly [string, string] => {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
};
