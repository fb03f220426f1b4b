/**
 * `npm test`: builds, finds a browser, PostgreSQL with PgBouncer, Prometheus and proxies (or installs them), runs every test, and closes with
 * one line that says how many passed.
 */
import { spawnSync } from "node:child_process";
import { ensureBrowser } from "./browser.ts";
import { ensurePgbouncer } from "./pgbouncer.ts";
import { ensurePostgres } from "./postgres.ts";
import { ensurePrometheus } from "./prometheus.ts";
import { ensureProxies } from "./proxies.ts";
import { closingLine, runVitest } from "./vitest.ts";

if (spawnSync(process.execPath, ["scripts/prepare.mjs"], { stdio: "inherit" }).status !== 0) process.exit(1);
try {
  ensureBrowser();
  ensurePostgres();
  ensurePgbouncer();
  ensurePrometheus();
  const proxies = ensureProxies();
  if (proxies.includes("left out")) process.stderr.write(`${proxies}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
const argv = process.argv.slice(2);
// The project `nodes` is for `npm run test:nodes`, which repeats it on every Node that is supported.
const projects = argv.includes("--project") ? [] : ["--project", "unit", "--project", "whole"];
const counts = runVitest(process.execPath, process.cwd(), [...projects, ...argv]);
process.stdout.write(closingLine(counts));
process.exit(counts.failed === 0 ? 0 : 1);
