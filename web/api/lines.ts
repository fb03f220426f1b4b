/** Lines of a fetched body, yielded as received. */

/** Incremental parser: takes text as received, returns the complete lines. The last line needs a line end, too. */
export const lineParser = () => {
  let rest = "";
  return (text: string): readonly string[] => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    return lines.filter((line) => line !== "");
  };
};
/** Lines in batches, a batch per received chunk: a page draws a batch at once. */
export async function* linesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<readonly string[]> {
  // Some browsers cannot iterate a stream by `for await`.
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parse = lineParser();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = parse(decoder.decode(value, { stream: true }));
      if (lines.length > 0) yield lines;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
