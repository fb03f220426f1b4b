/** Traits of single routes: which are never limited, and which a standby server answers too. */
import type { RouteName } from "../contract/index.ts";
/** Traits of single routes: which are never limited, and which a standby server answers too. */

/** Never limited, and never kept waiting for a database. */
export const URGENT: ReadonlySet<RouteName> = new Set(["POST /api/v1/halt", "POST /api/v1/runs/:id/halt"]);
/** Answered by a server that stands by, too. */
export const LEADERLESS: ReadonlySet<RouteName> = new Set(["GET /api/v1/openapi.json"]);
