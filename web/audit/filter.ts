/** Filter of the audit log: as stored in the address and as sent to the API. Pure. */
import { momentsOf, queryOfRange, type Range, rangeIn } from "../ui/range.ts";

export interface AuditFilter {
  /** Principal of the records; empty: any principal. An empty `action` means any action. */
  readonly principal: string;
  /** `POST /api/v1/halt`. */
  readonly action: string;
  readonly when: Range;
}
export const auditFilterIn = (query: URLSearchParams): AuditFilter => ({
  principal: query.get("principal") ?? "",
  action: query.get("action") ?? "",
  when: rangeIn(query),
});
/** Address query of the filter, for `pageHref`. */
export const queryOf = ({ principal, action, when }: AuditFilter): Readonly<Record<string, string>> => ({
  ...{ principal, action },
  ...queryOfRange(when),
});
export const isNarrow = (narrowing: AuditFilter): boolean => Object.values(queryOf(narrowing)).some(Boolean);
export const auditQueryOf = ({ principal, action, when }: AuditFilter, wallMs: number) => ({
  ...(principal !== "" && { principal }),
  ...(action !== "" && { action }),
  ...momentsOf(when, wallMs),
});
