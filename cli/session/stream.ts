/** Server-sent events as a stream. */
import { createParser } from "eventsource-parser";
import type { Clock } from "../clock.ts";

/** The data of each `record` event of a server-sent event stream. */
export async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let records: string[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === "record") records.push(data);
    },
  });
  for await (const chunk of body) {
    records = [];
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* records;
  }
}

/** A body that ends with an error after `ms` without data: a frozen server keeps connections open. */
export async function* untilSilent(
  body: ReadableStream<Uint8Array>,
  clock: Clock,
  ms: number,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const next = () =>
    new Promise<Awaited<ReturnType<typeof reader.read>>>((resolve, reject) => {
      const patience = clock.after(ms, () => reject(new Error(`nothing was heard for ${ms / 1_000} s`)));
      reader.read().then(resolve, reject).finally(patience.stop);
    });
  try {
    for (;;) {
      const { done, value } = await next();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/**
 * Non-empty lines of a stream, without line ends. Only LF and CRLF end a line: `node:readline` also splits at U+2028,
 * which JSON leaves unescaped.
 */
export async function* linesIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line !== "") yield line;
    }
  }
  if (rest !== "") yield rest;
}
