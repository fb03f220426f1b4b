/** Installs what the tests need beside npm's packages; with `--bench` also what drives the bench. */
import { ensureBrowser } from "./browser.ts";
import { ensurePgbouncer } from "./pgbouncer.ts";
import { ensurePostgres } from "./postgres.ts";
import { ensurePrometheus } from "./prometheus.ts";
import { ensureProxies } from "./proxies.ts";

process.stdout.write(`browser: ${ensureBrowser()}\n`);
process.stdout.write(`PostgreSQL: ${ensurePostgres()}\n`);
process.stdout.write(`Prometheus: ${ensurePrometheus() ?? "none; the tests of metrics and alerts are left out"}\n`);
process.stdout.write(`proxies: ${ensureProxies()}\n`);
process.stdout.write(`PgBouncer: ${ensurePgbouncer()}\n`);

if (process.argv.includes("--bench")) process.stdout.write(`bench: ${ensureProxies(["wrk"])}\n`);
