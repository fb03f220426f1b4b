/**
 * Installs the programs that the tests need besides npm's packages; with `--bench` also the programs of the bench: the
 * generator of load, Toxiproxy and Envoy; with `--cluster` also Kubernetes, which `npm test` builds before the tests of a cluster;
 * with `--soak` also those of the soak: QEMU and a Linux kernel.
 */
import { KUBE } from "./cluster/kube.ts";
import { BENCH_NEEDS, NEEDS, SOAK_NEEDS } from "./needs.ts";
import { ensure, type Program } from "./programs.ts";

const install = (programs: readonly Program[], user: string): void => {
  for (const need of programs)
    process.stdout.write(`${need.name}: ${ensure(need) ?? `none, its ${user} are left out; ${need.advice}`}\n`);
};

install(NEEDS, "tests");
if (process.argv.includes("--cluster")) install([KUBE], "tests");
if (process.argv.includes("--bench")) install(BENCH_NEEDS, "rows of the bench");
if (process.argv.includes("--soak")) install(SOAK_NEEDS, "tests of the soak");
