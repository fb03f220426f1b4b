/** The agent as a process: flags in, one line of JSON on stdout once it listens, plain lines on stderr. */
import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { type RunningAgent, type StartConfig, startAgent } from "./start.ts";

const USAGE = `usage: squall agent --server URL [--token-env NAME] [--instance NAME] [--control PATH] [--parent]
       squall agent --mesh FILE [--instance NAME] [--control PATH] [--parent]
       either with [--allow-kinds KIND,…] [--greatest-share PERCENT]`;
/** How long what is under way may take to end after SIGTERM or SIGINT, ms. */
const DRAIN_MS = 2_000;
const CRASHED = 70;
const USED_WRONGLY = 2;

const log = (line: string) => process.stderr.write(`${line}\n`);
const fail = (message: string): never => {
  log(message);
  process.exit(USED_WRONGLY);
};

const readFlags = () => {
  try {
    return parseArgs({
      options: {
        server: { type: "string" },
        mesh: { type: "string" },
        "token-env": { type: "string", default: "SQUALL_TOKEN" },
        instance: { type: "string", default: hostname() },
        cluster: { type: "string", default: "" },
        control: { type: "string" },
        parent: { type: "boolean", default: false },
        "allow-kinds": { type: "string" },
        "greatest-share": { type: "string", default: "100%" },
      },
    }).values;
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
};
type Flags = ReturnType<typeof readFlags>;

const shareOf = (text: string): number => {
  const share = /^\d+(\.\d+)?%$/.test(text) ? Number.parseFloat(text) / 100 : Number.NaN;
  return share <= 1 ? share : fail(`--greatest-share: expected a share such as 20%, got ${text}`);
};

const sourceOf = async (flags: Flags): Promise<Pick<StartConfig, "server" | "edges"> & Partial<StartConfig>> => {
  if ((flags.server === undefined) === (flags.mesh === undefined)) fail(USAGE);
  if (flags.mesh !== undefined) {
    // Only here: reading files needs the parsers, which a server's agent must not load.
    const { localOrders } = await import("./standalone.ts");
    return { server: null, ...(await localOrders(flags.mesh).catch((error: Error) => fail(error.message))) };
  }
  const variable = flags["token-env"];
  const token = process.env[variable];
  // Children of a crash handler or a core file should not find it.
  delete process.env[variable];
  if (!token) fail(`expected the server's token in the environment variable ${variable}`);
  return { server: { url: flags.server!, token: token! }, edges: [] };
};

const flags = readFlags();
let running: RunningAgent | null = null;
let ending = false;
const end = (why: string, drainMs: number, code = 0): void => {
  if (ending) return;
  ending = true;
  log(`ending: ${why}`);
  (running?.close(drainMs) ?? Promise.resolve()).finally(() => process.exit(code));
};

// Without this the second error would end the process in the middle of taking faults away.
const crashed = (error: unknown): void => {
  log(`crashed: ${error instanceof Error ? error.stack : String(error)}`);
  running?.agent.dropAll("the agent crashed");
  process.exit(CRASHED);
};
// A reader of our output that has gone is no reason to stop serving traffic.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
process.on("uncaughtException", crashed).on("unhandledRejection", crashed);
process.on("SIGTERM", () => end("SIGTERM", DRAIN_MS)).on("SIGINT", () => end("SIGINT", DRAIN_MS));
process.on("SIGUSR2", () => running?.agent.dropAll("SIGUSR2"));
if (flags.parent) {
  process.stdin.on("end", () => end("the parent is gone", 0)).on("error", () => end("the parent is gone", 0));
  process.stdin.resume();
}

running = await startAgent({
  ...(await sourceOf(flags)),
  instance: flags.instance,
  cluster: flags.cluster,
  version: "0.1.0",
  policy: { kinds: flags["allow-kinds"]?.split(",") ?? null, greatestShare: shareOf(flags["greatest-share"]) },
  control: flags.control ?? null,
  log,
  onListening: (edges) => process.stdout.write(`${JSON.stringify({ event: "listening", edges, pid: process.pid })}\n`),
  onUnable: (error, first) => {
    log(error.message);
    if (first) end("nothing can be served", 0, USED_WRONGLY);
  },
});
