import { z } from "zod";
import { duration, formatDuration, formatSize, size } from "../units.ts";
import { BOTH, defineFault } from "./fault.ts";

export const slice = defineFault({
  summary: "cuts data into small pieces, with a pause between them",
  params: z
    .strictObject({
      size: size.refine((bytes) => bytes >= 1, "expected 1B or more"),
      /** Pieces are size ± variation bytes. */
      variation: size.default(0),
      pause: duration.default(0),
      direction: z.enum(["both", "request", "response"]).default("response"),
    })
    .refine(({ size, variation }) => variation < size, { path: ["variation"], message: "expected less than `size`" }),
  describe: ({ size, pause, direction }) =>
    `cuts the ${direction === "both" ? "traffic" : direction} into pieces of ${formatSize(size)}${pause === 0 ? "" : `, ${formatDuration(pause)} apart`}`,
  protocols: BOTH,
  unit: () => "exchange",
  lossless: () => true,
});
