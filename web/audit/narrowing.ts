/** Which records of the audit log are meant, as the address says it and as the API is asked. Pure. */
import { momentsOf, queryOfRange, type Range, rangeIn } from "../look/range.ts";

export interface Narrowing {
  /** Empty: anybody's; so is the next one. */
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
/** For `pageHref`. */
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
