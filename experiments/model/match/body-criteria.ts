/** The part of `good` that asks about bodies. Whoever judges them (`body.ts`) loads JSON paths; whoever asks does not. */
import type { Criteria } from "./criteria.ts";

export interface BodyCriteria extends Pick<Criteria, "body" | "json"> {
  /** Reasons show the body, and the nodes that were found. */
  readonly capture: boolean;
}
/** null: the criteria ask nothing about the body. */
export const bodyCriteria = ({ body, json }: Criteria, capture: boolean): BodyCriteria | null =>
  body === undefined && json === undefined
    ? null
    : { ...(body === undefined ? {} : { body }), ...(json === undefined ? {} : { json }), capture };
