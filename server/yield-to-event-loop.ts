/** Yields to the event loop between the pieces of long work, so that timers and sockets are served meanwhile. */
import { setImmediate } from "node:timers/promises";

/** An awaited SQLite query does not yield: the driver answers synchronously. `setImmediate` does. */
export const yieldToEventLoop = (): Promise<void> => setImmediate();
