/** Long work is done in pieces: between two of them everybody else has a turn. */
import { setImmediate } from "node:timers/promises";

/** SQLite answers at once, so awaiting it lets nobody else in; this does. */
export const turn = (): Promise<void> => setImmediate();
