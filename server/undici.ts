/**
 * The HTTP client, loaded when the first connection is made: that takes longer than the rest of a server's start, and a
 * server whose probes look from the prober's thread needs it for webhooks alone.
 */
import { createRequire } from "node:module";

type Undici = typeof import("undici");
const load = createRequire(import.meta.url);
export const undici = (): Undici => load("undici") as Undici;
