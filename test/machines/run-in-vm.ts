/**
 * Runs a command in a virtual machine with cgroup v2, from the current folder:
 * `npx tsx test/machines/run-in-vm.ts [--memory MIB] [--cpus N] [--limit SECONDS] [--console] -- COMMAND…`. Exits with
 * the command's code, or 125 if the machine failed. `--console` prints the kernel's messages at the end.
 */
import { parseArgs } from "node:util";
import { VIRTUAL_MACHINE } from "../../scripts/linux-kernel.ts";
import { ensure } from "../../scripts/programs.ts";
import { runInVirtualMachine } from "./virtual-machine.ts";

const MACHINE_FAILED = 125;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    memory: { type: "string", default: "4096" },
    cpus: { type: "string", default: "2" },
    limit: { type: "string", default: "300" },
    console: { type: "boolean", default: false },
  },
});
for (const need of VIRTUAL_MACHINE) ensure(need);
try {
  const { status, console: messages } = await runInVirtualMachine(positionals, {
    memoryMiB: Number(values.memory),
    cpus: Number(values.cpus),
    limitMs: Number(values.limit) * 1_000,
    echo: process,
  });
  if (values.console) process.stderr.write(messages);
  process.exitCode = status;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = MACHINE_FAILED;
}
