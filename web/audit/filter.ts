/** Which records of the audit log are meant, as the address says it and as the API is asked. Pure. */
import { momentsOf, queryOfRange, type Range, rangeIn } from "../ui/range.ts";

export interface AuditFilter {
  /** Empty: anybody's; so is the next one. */
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
/** For `pageHref`. */
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
