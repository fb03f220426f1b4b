/** Traits of single routes: which are never limited, and which a standby server answers too. */
import type { RouteName } from "../contract/index.ts";

/** Routes that are never limited, and never wait for a database. */
export const URGENT: ReadonlySet<RouteName> = new Set(["POST /api/v1/halt", "POST /api/v1/runs/:id/halt"]);
/** Routes that a standby server answers, too. */
export const LEADERLESS: ReadonlySet<RouteName> = new Set(["GET /api/v1/openapi.json"]);
