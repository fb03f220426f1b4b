/** Contract exports for the server. Free of zod, like the agent, which imports the files directly. */

export { type CheckedReport, checkForeignAttest, checkForeignHello, checkToServer } from "./check-to-server.ts";
export { LARGEST_ORDER_BYTES, LIMITS, LONGEST_FAULT_MS, SMALLER_ORDER } from "./limits.ts";
export * from "./messages.ts";
export { decodeSightings, type Sighting } from "./sightings.ts";
