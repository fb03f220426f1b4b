/** Schema of the side at which an edge is meant: an agent beside the caller carries its calls, or one beside the callee. */
import { z } from "zod";
import type { EdgePlace } from "../names.ts";

const PLACES = ["caller", "callee"] as const satisfies readonly EdgePlace[];
export const edgePlace = z.enum(PLACES).meta({ title: "caller or callee", examples: ["callee"] });
