/**
 * Installs the programs that the tests need besides npm's packages; with `--bench` also the load generator of the
 * bench.
 */
import { NEEDS, WRK } from "./needs.ts";
import { ensure } from "./programs.ts";

for (const need of process.argv.includes("--bench") ? [...NEEDS, WRK] : NEEDS)
  process.stdout.write(`${need.name}: ${ensure(need) ?? `none, its tests are left out; ${need.advice}`}\n`);
