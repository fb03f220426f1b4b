// Compiles the bundle: runs commands of the bundle itself, whose processes keep the code that V8 made of their functions
// (`keep-code.js`). Later starts read this code, and compile only functions that no command here has called.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const SQUALL = resolve(import.meta.dirname, "../../cli/squall.js");
const PATIENCE_MS = 60_000;
/** Exit codes of a command that did not do its work. */
const USAGE = 2;
const UNREACHABLE = 69;
const freePort = () =>
  new Promise((found, failed) => {
    const server = createServer().on("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
const SERVICE = `require("node:http").createServer((_, answer) => answer.end("ok")).listen(process.env.PORT, "127.0.0.1");`;
const meshOf = (service, edge, command) => `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: pair }
spec:
  services:
    caller: {}
    callee: { ${command}endpoints: ["127.0.0.1:${service}"] }
  edges: [{ from: caller, to: callee, listen: "127.0.0.1:${edge}" }]
`;
const experimentOf = (edge) => `apiVersion: squall.dev/v1
kind: Experiment
metadata: { name: slow }
spec:
  mesh: ./mesh.yaml
  phases: { warmup: 100ms, baseline: 500ms, during: 600ms, recovery: { within: 2s, hold: 200ms } }
  hypothesis:
    - name: answers
      http: { url: "http://127.0.0.1:${edge}/", every: 20ms, timeout: 1s }
      good: { status: 2xx, within: 200ms }
      objective: 80%
  faults:
    - { name: slow, edge: { from: caller, to: callee }, latency: { delay: 20ms } }
`;

/** Commands in a folder, each to the end, or until the command has printed `shown`. */
const openShell = (folder, variables) => {
  const running = new Set();
  const begin = (argv, { env = {}, stdin = "", shown } = {}) => {
    const child = spawn(process.execPath, argv, { cwd: folder, env: { ...variables, ...env }, stdio: "pipe" });
    running.add(child);
    child.stdin.on("error", () => {}).end(stdin);
    let text = "";
    const ended = new Promise((done) => child.on("close", (code) => done({ code, text })));
    const seen = new Promise((done) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (part) => {
          text += part;
          if (shown !== undefined && text.includes(shown)) done({ code: null, text });
        });
    });
    child.on("close", () => running.delete(child));
    const late = new Promise((_, failed) => {
      const failure = () => failed(new Error(`${argv.join(" ")}: not done after ${PATIENCE_MS / 1_000} s:\n${text}`));
      setTimeout(failure, PATIENCE_MS).unref();
    });
    return { child, ended, done: Promise.race([ended, late, ...(shown === undefined ? [] : [seen])]) };
  };
  return {
    begin,
    async squall(argv, options) {
      const { code, text } = await begin([SQUALL, ...argv], options).done;
      // Any verdict will do: a machine with much other work may leave too few samples for HELD.
      if (code !== null && (code === USAGE || code >= UNREACHABLE))
        throw new Error(`squall ${argv.join(" ")} ended with ${code}:\n${text}`);
    },
    async close() {
      for (const child of running) child.kill("SIGTERM");
      await Promise.all([...running].map((child) => new Promise((done) => child.once("close", done))));
    },
  };
};

/** Documents without a mesh, and runs on a mesh of their own. */
const runEmbedded = async ({ squall, begin }) => {
  for (const argv of [
    ["--help"],
    ["validate", "slow.yaml", "late.yaml"],
    ["plan", "slow.yaml"],
    ["explain", "fault.latency"],
  ])
    await squall(argv);
  await squall(["run", "slow.yaml", "--report", "reports"]);
  await squall(["runs"]);
  const up = begin([SQUALL, "up", "mesh.yaml"], { shown: "is up" });
  await up.done;
  await squall(["run", "slow.yaml"]);
  up.child.kill("SIGTERM");
  await up.ended;
};
/** A run on a server with an agent of its own. */
const runServed = async ({ squall, begin }, home, port) => {
  begin(["service.cjs"], { env: { PORT: port } });
  await squall(["serve", "--mesh", "served.yaml", "--port", "0"], { shown: "its token is in" });
  const { url, token } = JSON.parse(readFileSync(join(home, "serve/pair/server.json"), "utf8"));
  const agent = ["agent", "--server", url, "--service", "caller", "--instance", "caller-1"];
  await squall(agent, { env: { SQUALL_TOKEN: token }, shown: '"event":"listening"' });
  await squall(["context", "set", "pair", "--server", url, "--token-stdin", "--use"], { stdin: `${token}\n` });
  await squall(["run", "served-slow.yaml", "--context", "pair"]);
  await squall(["agents"]);
  await squall(["get", "mesh"]);
};

/** Fills the folder `code` of the bundle. Throws where the commands cannot run: the bundle works without code. */
export const compile = async (bundle) => {
  const loader = join(bundle, "loader.js");
  const own = readFileSync(loader, "utf8");
  const folder = mkdtempSync(join(tmpdir(), "squall-compile-"));
  const home = join(folder, "home");
  const { NODE_OPTIONS: _, NODE_EXTRA_CA_CERTS: __, ...variables } = process.env;
  const settings = { SQUALL_HOME: home, CI: "", GITHUB_ACTIONS: "", NO_COLOR: "1" };
  const shell = openShell(folder, { ...variables, ...settings });
  try {
    const [service, edge] = [await freePort(), await freePort()];
    const command = `command: [node, service.cjs], env: { PORT: "${service}" }, `;
    const files = {
      "service.cjs": SERVICE,
      "mesh.yaml": meshOf(service, edge, command),
      "served.yaml": meshOf(service, edge, ""),
      "slow.yaml": experimentOf(edge),
      // A regular expression and a JSON path, whose packages are chunks of their own.
      "late.yaml": experimentOf(edge)
        .replace("name: slow }\nspec", "name: late }\nspec")
        .replace("status: 2xx,", 'status: 2xx, headers: { server: { regex: "a+" } }, json: { "$.state": ok },'),
      "served-slow.yaml": experimentOf(edge).replace("mesh.yaml", "served.yaml"),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    writeFileSync(loader, `${own}\n${readFileSync(join(import.meta.dirname, "keep-code.js"), "utf8")}`);
    await runEmbedded(shell);
    await runServed(shell, home, `${service}`);
  } finally {
    await shell.close();
    writeFileSync(loader, own);
    rmSync(folder, { recursive: true, force: true });
  }
};
