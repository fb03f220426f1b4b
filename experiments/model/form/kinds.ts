/** Kinds of faults and probes, each under a separate key. */
import type { z } from "zod";
import { faultKinds } from "../faults/index.ts";
import { probeKinds } from "../probes/index.ts";

type Kinds = Record<string, { readonly summary: string; readonly params: z.ZodType }>;
type Choice<K extends Kinds> = { [P in keyof K]: z.ZodExactOptional<K[P]["params"]> };
const sentence = (summary: string) => `${summary[0]!.toUpperCase()}${summary.slice(1)}.`;
const choice = <K extends Kinds>(kinds: K): Choice<K> =>
  Object.fromEntries(
    Object.entries(kinds).map(([kind, { params, summary }]) => [
      kind,
      params.meta({ id: kind, description: sentence(summary) }).exactOptional(),
    ]),
  ) as unknown as Choice<K>;
export const probes = choice(probeKinds);
export const faults = choice(faultKinds);
/** Constraint for JSON Schema; the parser states the same rule in better words. */
export const exactlyOne = (kinds: Kinds) => ({ oneOf: Object.keys(kinds).map((kind) => ({ required: [kind] })) });
