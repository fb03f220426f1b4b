/** Farewell: the last head of a connection says that no request follows, so that the caller loses none. */
import { CR } from "../http1/bytes.ts";

/** Last lines of the last head of a connection. A second `Connection` line adds to the first (RFC 9110 5.3). */
const FAREWELL = Buffer.from("Connection: close\r\n\r\n");

/** The head in buffer[start, end), blank line included, with the farewell. */
export const farewellHead = (buffer: Buffer, start: number, end: number): Buffer => {
  const bare = end - (buffer[end - 2] === CR ? 2 : 1);
  return Buffer.concat([buffer.subarray(start, bare), FAREWELL]);
};
