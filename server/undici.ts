/**
 * The HTTP client, loaded when the first connection is made: loading takes longer than the rest of a server's start,
 * and a server whose probes run in the prober's thread needs the client for webhooks alone.
 */
import { createRequire } from "node:module";

type Undici = typeof import("undici");
const load = createRequire(import.meta.url);
export const undici = (): Undici => load("undici") as Undici;
