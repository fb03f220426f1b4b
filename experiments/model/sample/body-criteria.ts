/**
 * Criteria of `good` on bodies. The judge of bodies (`body.ts`) loads JSON paths; modules that only read the criteria
 * do not.
 */
import type { Criteria } from "./criteria.ts";

export interface BodyCriteria extends Pick<Criteria, "body" | "json"> {
  /** Reasons show the body, and the nodes that were found. */
  readonly capture: boolean;
}
/** Body criteria; null: no criterion is on the body. */
export const bodyCriteria = ({ body, json }: Criteria, capture: boolean): BodyCriteria | null =>
  body === undefined && json === undefined
    ? null
    : { ...(body === undefined ? {} : { body }), ...(json === undefined ? {} : { json }), capture };
