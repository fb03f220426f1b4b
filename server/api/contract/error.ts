import { z } from "zod";

/** Every answer that is not 2xx. `server/api/errors.ts` lists the codes; docs/api.md tells what to do about each. */
export const apiError = z.object({
  /** The machine word. */
  code: z.string(),
  /** One or more plain sentences: what was wrong, what was expected, what to do. */
  message: z.string(),
  /** Problems of a document or a request, one each: where, and what. */
  details: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })).default([]),
});
export type ApiError = z.output<typeof apiError>;
