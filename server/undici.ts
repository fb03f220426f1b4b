/**
 * The HTTP client, loaded when the first connection is made: a server whose probes run in the prober's thread needs the
 * client for webhooks alone. The parts in use are a third of the package and take 40 ms of CPU to load: the package's
 * index also loads fetch, WebSocket, mocks and caches, 120 ms ahead of the first sample of every run.
 */
import { createRequire } from "node:module";

type Undici = Pick<typeof import("undici"), "Pool" | "buildConnector">;
// Left out of the bundle (scripts/prepare.mjs), so that the parts become a file of the bundle.
const require = createRequire(import.meta.url);

let loaded: Undici | null = null;
const loadParts = (): Undici => {
  // The package's index gives each dispatcher `request` and the like by this line.
  Object.assign(require("undici/lib/dispatcher/dispatcher.js").prototype, require("undici/lib/api/index.js"));
  return { Pool: require("undici/lib/dispatcher/pool.js"), buildConnector: require("undici/lib/core/connect.js") };
};
export const undici = (): Undici => {
  loaded ??= loadParts();
  return loaded;
};
