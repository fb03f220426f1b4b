/** Contract exports for the server. The agent imports `messages.ts` and `check.ts` directly: this file loads zod. */

export { LIMITS } from "./limits.ts";
export * from "./messages.ts";
export { foreignAttest, foreignHello, toAgent, toServer } from "./schemas.ts";
export { decodeSightings, type Sighting } from "./sightings.ts";
