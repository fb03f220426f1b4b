/**
 * Disables zod's JIT, imported first: the page's policy forbids `eval`, and a library that tests for `eval` causes an
 * error in the console.
 */
import { config } from "zod";

config({ jitless: true });
