/** File form of a policy, as users write the file. */

import { z } from "zod";
import { type FaultKind, faultKinds } from "../faults/index.ts";
import { label } from "../notation/name.ts";
import type { Policy } from "../policy/policy.ts";
import { share } from "../units/schemas.ts";
import { apiVersion, metadata, toMetadata } from "./metadata.ts";
import { selector } from "./selector.ts";
import { freeze, timeZone, toFreeze, toWindow, window } from "./window.ts";

const KINDS = Object.keys(faultKinds) as [FaultKind, ...FaultKind[]];

const who = z
  .strictObject({
    roles: z
      .array(z.enum(["viewer", "operator", "admin"]))
      .prefault([])
      .describe("Whoever has one of these roles."),
    tokens: z.array(z.string().min(1)).prefault([]).describe("Whoever comes with a token of one of these names."),
  })
  .describe("Whom it binds; everybody by default.");

const where = z
  .strictObject({
    from: selector.prefault("*").describe('The caller: a service, "*", or labels of the service.'),
    to: selector.prefault("*").describe('The callee: a service, "*", or labels of the service.'),
  })
  .describe("Edges.");

const allow = z
  .strictObject({
    faults: z
      .array(z.enum(KINDS))
      .exactOptional()
      .describe("These kinds of faults; every kind by default, and with [] nothing at all."),
    share: share.prefault("100%").describe("So great a share of the requests at most."),
  })
  .describe("What may be injected on those edges: one of the policies that say something of it must allow the fault.");

export const policyFile = z
  .strictObject({
    apiVersion,
    kind: z.literal("Policy").describe("What the document is."),
    metadata,
    spec: z
      .strictObject({
        description: z.string().prefault("").describe("What it is for, in a sentence."),
        who: who.exactOptional(),
        where: z.array(where).min(1).exactOptional().describe("The edges it is about; every edge by default."),
        allow: allow.exactOptional(),
        protected: z
          .array(label)
          .prefault([])
          .describe("No fault may touch an edge from or to one of these services, whatever others allow."),
        timeZone,
        windows: z
          .array(window)
          .prefault([])
          .describe("Faults are live on those edges only inside one of these; at any time by default."),
        freezes: z
          .array(freeze)
          .prefault([])
          .describe("Nothing is injected on those edges inside any of these; what is live is halted."),
      })
      .describe("The policy."),
  })
  .describe("Who may inject what, where and when. Where no policy says otherwise, everything is allowed.");
export type PolicyFile = z.output<typeof policyFile>;

export const toPolicy = ({ metadata, spec }: PolicyFile): Policy => ({
  ...toMetadata(metadata),
  description: spec.description,
  who: spec.who ?? null,
  where: spec.where ?? null,
  allow: spec.allow === undefined ? null : { faults: spec.allow.faults ?? null, share: spec.allow.share },
  protected: spec.protected,
  timeZone: spec.timeZone,
  windows: spec.windows.map(toWindow),
  freezes: spec.freezes.map(toFreeze),
});
