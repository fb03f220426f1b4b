/** Envelope of every document: version, name, labels and annotations. */
import { z } from "zod";
import { label, labels } from "../notation/name.ts";

export const metadata = z
  .strictObject({
    name: label.describe("The name, a DNS label; runs, schedules and reports are found by it."),
    labels: labels.prefault({}).describe("Words to select by, with `-l key=value`."),
    annotations: labels
      .prefault({})
      .describe(
        "Notes for tools: `squall.dev/expect` names the verdict that is expected, `squall.dev/public` variables that are not secret.",
      ),
  })
  .describe("Name, labels and annotations.");

export const apiVersion = z.literal("squall.dev/v1").describe("The version of the file form.");
