import type { TokenView } from "../../contract/index.ts";
import { edgesOfToken, type TokenRow } from "../../store/tokens.ts";
import { iso, isoOrNull } from "../times.ts";

/** Token view: every column except the hash. */
export const viewOf = (row: TokenRow): TokenView => ({
  id: row.id,
  name: row.name,
  role: row.role as TokenView["role"],
  service: row.service,
  edges: edgesOfToken(row),
  instance: row.instance,
  parent: row.parent,
  createdBy: row.created_by,
  createdAt: iso(row.created_ms),
  expiresAt: isoOrNull(row.expires_ms),
  revokedAt: isoOrNull(row.revoked_ms),
  lastUsedAt: isoOrNull(row.last_used_ms),
});
