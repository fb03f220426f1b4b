/** Migrations in the order of the names; a migration is written once, and never edited. */
import type { Migration } from "kysely";
import { first } from "./001-first.ts";
import { controlPlane } from "./002-control-plane.ts";
import { credentials } from "./003-credentials.ts";
import { auditRequests } from "./004-audit-requests.ts";
import { radius } from "./005-radius.ts";

export const migrations: Readonly<Record<string, Migration>> = {
  "001-first": first,
  "002-control-plane": controlPlane,
  "003-credentials": credentials,
  "004-audit-requests": auditRequests,
  "005-radius": radius,
};
