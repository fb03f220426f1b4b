import { z } from "zod";
import { defineFault } from "./fault.ts";

export const pause = defineFault({
  summary: "stops the process of a service with SIGSTOP until the fault ends, then lets it continue",
  params: z.strictObject({}),
  describe: () => "is stopped with SIGSTOP: its connections stay open, and nothing is answered",
  noun: () => "a pause",
  label: () => "pause",
  lossless: () => true,
});
