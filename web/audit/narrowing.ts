/** Filter of the audit log: as stored in the address and as sent to the API. Pure. */
import { momentsOf, queryOfRange, type Range, rangeIn } from "../look/range.ts";

export interface Narrowing {
  /** Principal of the records; empty: any principal. An empty `action` means any action. */
  readonly principal: string;
  /** `POST /api/v1/halt`. */
  readonly action: string;
  readonly when: Range;
}
export const narrowingIn = (query: URLSearchParams): Narrowing => ({
  principal: query.get("principal") ?? "",
  action: query.get("action") ?? "",
  when: rangeIn(query),
});
/** Address query of the filter, for `pageHref`. */
export const queryOf = ({ principal, action, when }: Narrowing): Readonly<Record<string, string>> => ({
  ...{ principal, action },
  ...queryOfRange(when),
});
export const isNarrow = (narrowing: Narrowing): boolean => Object.values(queryOf(narrowing)).some(Boolean);
export const askedOf = ({ principal, action, when }: Narrowing, wallMs: number) => ({
  ...(principal !== "" && { principal }),
  ...(action !== "" && { action }),
  ...momentsOf(when, wallMs),
});
