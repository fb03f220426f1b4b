/** `npm run cluster`: a real Kubernetes for developers and tests, in namespaces of its own. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { systemClock } from "../../cli/clock.ts";
import { openLauncher } from "../../cli/launcher.ts";
import { parseDuration } from "../../experiments/model/units/duration.ts";
import { type Cluster, findCluster, startCluster, stopCluster } from "./cluster.ts";
import { type ClusterStatus, control } from "./control.ts";
import { enterCommand } from "./enter.ts";
import { KUBERNETES_VERSION } from "./kube.ts";
import { ensureCluster } from "./requirements.ts";
import { liveClusters } from "./state.ts";

const DEFAULT = "squall";
const say = (line: string) => process.stdout.write(`${line}\n`);
const run = (command: readonly string[], environment: NodeJS.ProcessEnv = process.env): void => {
  const { status, error } = spawnSync(command[0]!, command.slice(1), { stdio: "inherit", env: environment });
  if (error !== undefined) throw error;
  process.exitCode = status ?? 1;
};

/** A name is a folder's and a part of a socket's path. */
const readName = (name: string): string => {
  if (/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) return name;
  throw new InvalidArgumentError("expected up to 31 of a-z, 0-9 and `-`, the first no `-`.");
};
const program = new Command("npm run cluster --")
  .description(
    `Kubernetes ${KUBERNETES_VERSION} on this machine: one node without a container engine, in namespaces of its own.`,
  )
  .enablePositionalOptions()
  .showHelpAfterError();
interface Named {
  readonly name: string;
}
const readDuration = (text: string): number => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new InvalidArgumentError("expected a duration such as 90s or 5m.");
};
const command = (name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .option("--name <name>", "name of the cluster, one of several", readName, DEFAULT);
const found = ({ name }: Named): Cluster => {
  const cluster = findCluster(name);
  if (cluster !== null) return cluster;
  const option = name === DEFAULT ? "" : ` --name ${name}`;
  throw new Error(`no cluster "${name}" is up; \`npm run cluster -- up${option}\` starts one`);
};
const describeStatus = ({ phase, failure, components }: ClusterStatus): void => {
  say(failure === undefined ? phase : `${phase}: ${failure}`);
  for (const [name, { pid, restarts }] of Object.entries(components))
    say(
      `  ${name.padEnd(24)}${pid === null ? "stopped" : "runs"}${restarts === 0 ? "" : `, restarted ${restarts} times`}`,
    );
};

command("up", "starts a cluster, and prints the path of its kubeconfig when its node is ready")
  .option("--api-only", "an API server with its controllers, without a node: needs no root, and runs no pods", false)
  .addOption(
    new Option("--wait <duration>", "longest time until all is ready").argParser(readDuration).default(120_000, "2m"),
  )
  .action(async ({ name, apiOnly, wait }: Named & { readonly apiOnly: boolean; readonly wait: number }) => {
    // A package manager that is killed leaves this command without a reader: nobody would know of the cluster.
    openLauncher(process.env, systemClock).watch(() => process.exit(1));
    ensureCluster();
    const { kubeconfig } = await startCluster({ name, isApiOnly: apiOnly, outlives: true, limitMs: wait });
    say(`export KUBECONFIG=${kubeconfig}`);
  });
command("down", "ends the cluster; no process, mount, link, control group or file is left").action(({ name }: Named) =>
  stopCluster(name),
);
program
  .command("list")
  .description("lists the clusters of this user")
  .action(() => {
    for (const name of liveClusters()) say(name);
  });
command("status", "tells the state of each component").action(async (named: Named) =>
  describeStatus(await control(found(named).state, "GET", "/status")),
);
command("kubectl", "runs kubectl with the cluster's kubeconfig")
  .argument("[words...]", "words for kubectl")
  .passThroughOptions()
  .action((words: readonly string[], named: Named) => run([...found(named).kubectl, ...words]));
command("enter", "runs a command on the node: in its namespaces, where pods and Services have addresses")
  .argument("[words...]", "the command; by default a shell")
  .passThroughOptions()
  .action((words: readonly string[], named: Named) => {
    const { state, kubeconfig } = found(named);
    const shell = [process.env.SHELL ?? "/bin/sh"];
    run(enterCommand(state, words.length === 0 ? shell : words), { ...process.env, KUBECONFIG: kubeconfig });
  });
command("load", "imports images into the node")
  .argument("<archives...>", "image archives, such as `npm run image` writes")
  .action(async (archives: readonly string[], named: Named) => {
    const { state } = found(named);
    for (const archive of archives)
      await control(state, "POST", `/images?${new URLSearchParams({ archive: resolve(archive) })}`);
  });
for (const action of ["stop", "start"] as const)
  command(action, `${action}s a component, such as kube-apiserver`)
    .argument("<component>")
    .action(async (component: string, named: Named) => {
      const path = `/components/${encodeURIComponent(component)}/${action}`;
      describeStatus(await control(found(named).state, "POST", path));
    });

// A reader may leave early, such as head(1).
process.stdout.on("error", () => process.exit());
// `npm run cluster` alone starts a cluster.
program.parseAsync(process.argv.length > 2 ? process.argv : [...process.argv, "up"]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
