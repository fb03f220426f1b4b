/** Lines of a fetched body, as they come. */

/** Takes text as it comes, gives the lines that are complete. The last one must end, too. */
export const lineParser = () => {
  let rest = "";
  return (text: string): readonly string[] => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    return lines.filter((line) => line !== "");
  };
};
/** All lines of one piece at a time: a page draws them at once. */
export async function* linesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<readonly string[]> {
  // Not every browser can iterate a stream by `for await`.
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
