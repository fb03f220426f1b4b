/** Trace context that a probe sends: W3C Trace Context with the mark in it. What services make of it, agents read. */
import { ownProperty } from "../own-property.ts";

/** Member of `tracestate` that carries the mark: it outlives a trace id that is another one. */
export const MEMBER = "squall";
/** Chance of one sample, hexadecimal: the high half of its trace id, and its span id. 16 digits each. */
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
 * The context of one marked sample. Flags 00 by default: samplers that follow their parent record nothing, and the context
 * is passed on all the same. A `traceparent` of the file's own stays as it is: then only `tracestate` carries the mark.
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
