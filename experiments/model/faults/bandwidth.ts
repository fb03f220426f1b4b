import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { formatSize, parseSize } from "../units/size.ts";
import { defineFault } from "./fault.ts";

const BYTES_PER_SECOND = /^(\d+(?:\.\d+)?(?:B|KB|MB|GB|KiB|MiB|GiB))\/s$/;
const EXPECTED = 'expected bytes per second such as "64KiB/s", or 0 for a stall';
const byteRate = z
  .codec(
    z.union([z.string().regex(BYTES_PER_SECOND, { error: EXPECTED }), z.literal(0, { error: EXPECTED })], {
      error: EXPECTED,
    }),
    z.number(),
    {
      decode: (text, context) => {
        if (text === 0) return 0;
        const bytes = parseSize(BYTES_PER_SECOND.exec(text)![1]!);
        // "0.1B/s" would round to 0, an unintended stall.
        if (bytes !== null && bytes > 0) return bytes;
        context.issues.push({ code: "custom", input: text, message: EXPECTED });
        return z.NEVER;
      },
      encode: (bytes) => (bytes === 0 ? 0 : `${formatSize(bytes)}/s`),
    },
  )
  .meta({ title: "bytes per second", examples: ["64KiB/s"] });

export const bandwidth = defineFault({
  summary: "limits the bytes per second",
  params: orShort({
    value: byteRate,
    key: "rate",
    example: { rate: "64KiB/s" },
    title: "rate",
    map: z.strictObject({
      rate: byteRate.describe("Bytes per second, each direction alone; 0 stalls without loss."),
      per: z
        .enum(["edge", "connection"])
        .prefault("edge")
        .describe("One budget for the whole edge, or one for each connection."),
      direction: z.enum(["both", "request", "response"]).prefault("both").describe("Which direction is limited."),
    }),
  }),
  describe: ({ rate, per, direction }) =>
    `${rate === 0 ? "stalls all bytes" : `lets ${formatSize(rate)} a second through`}${direction === "both" ? "" : ` of the ${direction}`}${per === "edge" ? ", for the whole edge together" : ", for each connection"}`,
  noun: ({ rate }) => (rate === 0 ? "a stall" : `a bandwidth of ${formatSize(rate)}/s`),
  label: ({ rate }) => (rate === 0 ? "stall" : `${formatSize(rate)}/s`),
  lossless: () => true,
  leastHoldMs: ({ rate }) => (rate === 0 ? Number.POSITIVE_INFINITY : 0),
});
