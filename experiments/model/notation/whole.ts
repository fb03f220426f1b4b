/** Schema of whole numbers, with an error for people in place of the name of a type. */
import { z } from "zod";

export const whole = z.int({ error: ({ code }) => (code === "invalid_type" ? "expected a whole number" : undefined) });
