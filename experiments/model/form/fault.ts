/** File form of a fault: edge, matched requests, share, action and timeline. */

import { z } from "zod";
import { faultKinds } from "../faults/index.ts";
import { isProcessFaultKind } from "../faults/scope.ts";
import type { ShareKey } from "../faults/share.ts";
import { match } from "../match/match.ts";
import { edgePlace } from "../notation/edge-place.ts";
import { label, title } from "../notation/name.ts";
import { orArrow } from "../notation/short-form.ts";
import { whole } from "../notation/whole.ts";
import { duration, share } from "../units/schemas.ts";
import { faults } from "./kinds.ts";
import { callerSelector, selector } from "./selector.ts";

const SHARE_KEY = /^(?:request|connection|trace|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+)$/;
const shareKey = z
  .string()
  .regex(SHARE_KEY, { error: "expected request, connection, trace or header:NAME" })
  .transform((key) => key.toLowerCase() as ShareKey)
  .meta({ title: "request, connection, trace or header:NAME", examples: ["header:x-tenant"] });
const hitting = share.refine((part) => part > 0, { error: "a share of 0% hits nothing" });
const by = shareKey.prefault("request").describe("What is drawn: each request anew, or all that have the same key.");
const shares = z
  .union(
    [
      hitting,
      z.strictObject({ of: hitting.describe("How much is hit."), by }),
      z.strictObject({
        steps: z.array(hitting).min(1).describe("One share after the other; the last one stays."),
        each: duration.refine((ms) => ms > 0, { error: "expected more than 0s" }).describe("How long each step lasts."),
        by,
      }),
    ],
    { error: 'expected a share such as "20%", { of, by } or { steps, each }' },
  )
  .meta({
    title: "share",
    examples: ["20%", { of: "20%", by: "header:x-tenant" }, { steps: ["1%", "5%"], each: "30s" }],
  });

/** Constraint for JSON Schema: each kind with its place, an edge or a service. */
const oneKindAndPlace = {
  oneOf: Object.keys(faultKinds).map((kind) => ({ required: [kind, isProcessFaultKind(kind) ? "service" : "edge"] })),
};
const some = (text: string) => duration.refine((ms) => ms >= 10, { error: "expected 10ms or more" }).describe(text);
export const fault = z
  .strictObject({
    name: title.describe("The fault in words; receipts and reports use it."),
    edge: orArrow(
      z.strictObject({
        from: callerSelector.describe('The caller: a service, "*", or some of its instances.'),
        to: selector.describe('The callee: a service, "*", or labels of its endpoints.'),
        at: edgePlace
          .exactOptional()
          .describe("Beside which of the two it acts: caller (default), or callee, behind the caller's own proxies."),
      }),
    )
      .exactOptional()
      .describe("The edges where it is injected; for every fault but those on a service.")
      .meta({
        title: "edge, or map of both ends",
        examples: ["checkout -> payments", { from: "checkout", to: "payments" }],
      }),
    service: label
      .exactOptional()
      .describe("The service whose process it strikes: kill, restart and pause have this in place of `edge`."),
    match: match.exactOptional().describe("Which requests it means; all by default."),
    share: shares.prefault("100%").describe("How much of what it matched it hits, decided by the seed."),
    ...faults,
    start: duration.prefault("0s").describe("When it goes live, counted from the beginning of `during`."),
    for: some("How long it is live; to the end of `during` by default.").exactOptional(),
    pulse: z
      .strictObject({ live: some("How long it acts."), rest: some("How long it then rests.") })
      .exactOptional()
      .describe("Acts and rests in turns."),
    hits: z
      .strictObject({
        atLeast: whole
          .min(1)
          .exactOptional()
          .describe("Fewest hits that count as proof; 10 by default, and 1 of a fault on a service."),
        edges: z
          .enum(["every", "some"])
          .exactOptional()
          .describe('On every resolved edge (default for names) or on some (default for labels and "*").'),
      })
      .prefault({})
      .describe("What counts as proof that it acted."),
    existing: z
      .literal("reset", { error: "expected reset, or no `existing` at all" })
      .exactOptional()
      .describe(
        "Resets, when it begins, the connections that are older than the redirect and so pass it by, whatever `match` and `share` say. Without it they are left alone and count as escaped.",
      ),
    stealth: z.boolean().prefault(false).describe("Leave `x-squall-fault` out of injected answers."),
  })
  .meta({ description: "One fault: what is done to the traffic of which edges.", ...oneKindAndPlace });
