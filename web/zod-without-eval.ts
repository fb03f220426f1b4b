/** The page's policy forbids `eval`, and a library that tries it whether it may is an error of the console: imported first of all. */
import { config } from "zod";

config({ jitless: true });
