import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { formatDuration, sayRoundedDuration } from "../units/duration.ts";
import { duration, size } from "../units/schemas.ts";
import { formatSize } from "../units/size.ts";
import { defineFault } from "./fault.ts";

const piece = size.refine((bytes) => bytes >= 1, { error: "expected 1B or more" });
export const slice = defineFault({
  summary: "cuts data into small pieces, with a pause between them",
  params: orShort({
    value: piece,
    key: "size",
    example: { size: "16B" },
    title: "size",
    map: z
      .strictObject({
        size: piece.describe("Size of a piece."),
        variation: size.prefault("0B").describe("Pieces are so much larger or smaller."),
        pause: duration.prefault("0s").describe("Pause between two pieces."),
        direction: z.enum(["both", "request", "response"]).prefault("response").describe("Which direction is cut."),
      })
      .refine(({ size, variation }) => variation < size, { path: ["variation"], message: "expected less than `size`" }),
  }),
  describe: ({ size, pause, direction }) =>
    `cuts the ${direction === "both" ? "traffic" : direction} into pieces of ${formatSize(size)}${pause === 0 ? "" : `, ${formatDuration(pause)} apart`}`,
  noun: ({ size }) => `pieces of ${formatSize(size)}`,
  label: ({ size, pause }) =>
    `pieces of ${formatSize(size)}${pause === 0 ? "" : `, ${sayRoundedDuration(pause)} apart`}`,
  lossless: () => true,
});
