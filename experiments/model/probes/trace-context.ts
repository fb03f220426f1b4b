/**
 * Trace context that a probe sends: W3C Trace Context with the mark in it. Agents read the context as services pass it
 * on.
 */
import { ownProperty } from "../own-property.ts";

/** Member of `tracestate` that carries the mark: the member survives when a service replaces the trace id. */
export const MEMBER = "squall";
/** Random part of a sample's context, hexadecimal: the high half of the trace id, and the span id. 16 digits each. */
export interface TraceChance {
  readonly high: string;
  readonly span: string;
}
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate: string;
}

/** Members a `tracestate` may have (W3C Trace Context 3.3.1.1). */
const MOST_MEMBERS = 32;
const stateWith = (mark: string, given: string | undefined): string => {
  const others = (given ?? "")
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member !== "" && !member.startsWith(`${MEMBER}=`));
  return [`${MEMBER}=${mark}`, ...others.slice(0, MOST_MEMBERS - 1)].join(",");
};

/**
 * The context of a marked sample. Flags 00 by default: samplers that follow their parent record no trace, and the
 * context is passed on all the same. A `traceparent` from the file stays unchanged: then only `tracestate` carries the
 * mark.
 */
export const contextOf = (
  mark: string,
  chance: TraceChance,
  {
    sampled = false,
    given = {},
  }: { readonly sampled?: boolean; readonly given?: Readonly<Record<string, string>> } = {},
): TraceContext => ({
  traceparent: ownProperty(given, "traceparent") ?? `00-${chance.high}${mark}-${chance.span}-${sampled ? "01" : "00"}`,
  tracestate: stateWith(mark, ownProperty(given, "tracestate")),
});
