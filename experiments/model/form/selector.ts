/** File form of selectors of callers and callees: names, labels, and number of instances. */

import { z } from "zod";
import type { HowMany } from "../mesh/selector.ts";
import { label, labels } from "../notation/name.ts";
import { whole } from "../notation/whole.ts";
import { share } from "../units/schemas.ts";

const wanted = labels.describe("Labels that must all be there.");

/** Selector of a callee. */
export const selector = z
  .union([z.literal("*"), label, z.strictObject({ labels: wanted })], {
    error: 'expected a service, "*", or { labels: … }',
  })
  .meta({ title: 'service, "*" or labels', examples: ["checkout", "*", { labels: { zone: "a" } }] });

/** Notation distinguishes a number from a share. */
export const howMany = z
  .union(
    [
      whole.min(1).transform((count): HowMany => ({ count })),
      share
        .refine((part) => part > 0, { error: "a share of 0% means no instance" })
        .transform((part): HowMany => ({ share: part })),
    ],
    { error: 'expected a number of instances such as 2, or a share of them such as "50%"' },
  )
  .meta({ title: "number or share", examples: ["50%", 1] });

const instancesOfCaller = z
  .strictObject({
    service: label.exactOptional().describe("The service that calls; any by default."),
    labels: wanted
      .exactOptional()
      .describe("Labels of the instance; where it has none of that key, those of its service."),
    instances: howMany.exactOptional().describe("How many of those instances, drawn by the seed; all by default."),
  })
  .refine(({ service, labels, instances }) => [service, labels, instances].some((part) => part !== undefined), {
    error: "expected `service`, `labels` or `instances`",
  });
/** Selector of a caller: some instances can be picked, because each instance has an agent of its own. */
export const callerSelector = z
  .union([z.literal("*"), label, instancesOfCaller], {
    error: 'expected a service, "*", or { service: …, labels: …, instances: … }',
  })
  .meta({
    title: 'service, "*" or instances',
    examples: ["checkout", "*", { service: "checkout", instances: "50%" }, { labels: { track: "canary" } }],
  });
