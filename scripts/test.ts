/**
 * `npm test`: builds, finds or installs the programs that tests need, runs every test that can be run, lists the tests
 * left out with the reason, and closes with the number of passed tests. As root in CI no installable program may be
 * missing.
 */
import { spawnSync } from "node:child_process";
import { ensureAll, NEEDS, SOAK_NEEDS } from "./needs.ts";
import { mayInstall } from "./programs.ts";
import { closingLine, runVitest } from "./vitest.ts";

if (spawnSync(process.execPath, ["scripts/prepare.mjs"], { stdio: "inherit" }).status !== 0) process.exit(1);
const missing = ensureAll(process.env.TEST_SOAK === "1" ? [...NEEDS, ...SOAK_NEEDS] : NEEDS);
for (const line of missing) process.stderr.write(`${line}\n`);
if (missing.length > 0 && process.env.CI === "true" && mayInstall()) process.exit(1);

const argv = process.argv.slice(2);
// The project `nodes` belongs to `npm run test:nodes`, which runs that project on every supported Node.
const projects = argv.includes("--project") ? [] : ["unit", "whole", "cluster"].flatMap((name) => ["--project", name]);
const counts = runVitest(process.execPath, process.cwd(), [...projects, ...argv]);
process.stdout.write(closingLine(counts));
process.exit(counts.failed === 0 ? 0 : 1);
