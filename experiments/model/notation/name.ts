/** Schemas of names and labels, as files and requests write them. */
import { z } from "zod";
import { NAME } from "../names.ts";
import { DOCUMENT_NAME } from "./document-name.ts";

/** Any text on a single line that a person can read. */
const READABLE = /^[^\p{C}]*[\p{L}\p{N}][^\p{C}]*$/u;
export const title = z
  .string()
  .max(100)
  .regex(READABLE, { error: "expected a name of letters, digits and signs, on one line" })
  .meta({ title: "name", examples: ["payments is slow"] });

/** A DNS label: names of experiments, meshes and services. */
export const label = z
  .string()
  .regex(NAME, { error: 'expected a name of a-z, 0-9 and "-", 63 characters at most, such as "slow-payments"' })
  .meta({ title: "DNS label", examples: ["checkout"] });

/** Reference to a document: of the same namespace, or of another by `namespace/name`. */
export const documentReference = z
  .string()
  .regex(DOCUMENT_NAME, {
    error: 'expected a name such as "slow-payments", or "shop/slow-payments" for the namespace shop',
  })
  .meta({ title: "name, or namespace/name", examples: ["slow-payments", "shop/slow-payments"] });

export const labels = z.record(z.string().min(1), z.string()).meta({ title: "map of text" });
