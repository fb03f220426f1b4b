/**
 * Class of an HTTP message for faults that move messages in time: a message with an end in sight is moved as a whole; a
 * stream, whose reader waits for each part, is moved part by part (DATA-PATH.md 5).
 */

/** Types whose parts are read as they come. */
const STREAMED = [
  ...["text/event-stream", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-seq"],
  ...["application/stream+json", "application/connect+json", "multipart/x-mixed-replace"],
];
/** Types that are read once they are whole. */
const DOCUMENT = new RegExp(
  [
    String.raw`^application/(?:(?:[\w.+-]+\+)?(?:json|xml)|javascript|x-www-form-urlencoded|pdf|wasm|zip|gzip|graphql)$`,
    "^text/(?:html|css|javascript|xml|csv|calendar|markdown)$",
    "^(?:image|font)/",
    "^multipart/form-data$",
  ].join("|"),
);

export type MessageClass = "message" | "stream";
/**
 * Returns the class of a request or an answer by its head. A body without a length, of a type that is neither a
 * document nor a known stream, counts as a stream.
 */
export const messageClassOf = (head: { header(name: string): string | undefined }): MessageClass => {
  const type = head.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (STREAMED.includes(type) || type.startsWith("application/grpc")) return "stream";
  if (head.header("content-length") !== undefined) return "message";
  return DOCUMENT.test(type) ? "message" : "stream";
};
