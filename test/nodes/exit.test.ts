/**
 * Exit codes: every command terminates with the documented exit code, on the Node version that runs this test.
 * Native code that aborts while a process exits turns a verdict into 134. `npm run test:nodes` repeats the test on each
 * supported Node version.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Context } from "../../cli/context.ts";
import { openOutput } from "../../cli/output.ts";
import { openProgram } from "../../cli/program.ts";
import { type ControlPlane, openControlPlane } from "../cli/control-plane.ts";
import { pairExperiment, pairMesh } from "../cli/squall.ts";

const brief = (name: string, more: object = {}) =>
  pairExperiment({ name, during: "2s", ...more }).replace("baseline: 1s", "baseline: 700ms");
const SCHEDULE = `apiVersion: squall.dev/v1
kind: Schedule
metadata: { name: nightly }
spec: { experiment: stored, cron: "0 3 * * *", timeZone: Europe/Berlin }
`;
const THERE = ["--context", "test"];

let plane: ControlPlane;
/** Ids of a run of the server, and of a token. */
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  plane = await openControlPlane();
  const { yard } = plane;
  yard.put("mesh.yaml", await pairMesh());
  yard.put("held.yaml", brief("held"));
  yard.put("broken.yaml", brief("broken", { fault: "abort: { status: 500 }" }));
  yard.put("invalid.yaml", brief("invalid").replace("share", "shear").replace("faults:", "fautls:"));
  yard.put("there.yaml", brief("there").replace("  mesh: ./mesh.yaml\n", ""));
  yard.put("stored/experiment.yaml", brief("stored").replace("  mesh: ./mesh.yaml\n", ""));
  yard.put("stored/schedule.yaml", SCHEDULE);
  yard.put("compose.yaml", "services: { web: { image: nginx, ports: ['8080:80'] } }\n");
  await vi.waitFor(
    async () => {
      const { agents } = JSON.parse((await plane.squall("agents", "--json")).stdout);
      expect(agents).toMatchObject([{ ready: true }, { ready: true }]);
    },
    { timeout: 20_000, interval: 100 },
  );
  const created = await plane.squall("token", "create", "ci", "--role", "viewer", "--save", "ci.token");
  expect(created.code, created.stderr).toBe(0);
  const applied = await plane.squall("apply", "-f", "stored");
  expect(applied.code, applied.stderr).toBe(0);
  const run = await plane.squall("run", "there.yaml", ...THERE, "--select", "front:track=main", "--detach");
  expect(run.code, run.stderr).toBe(0);
  const tokens = JSON.parse((await plane.squall("token", "list", "--json")).stdout).tokens as {
    id: string;
    name: string;
  }[];
  ids = { RUN: run.stdout.trim(), TOKEN: tokens.find(({ name }) => name === "ci")!.id };
}, 60_000);
afterAll(() => plane.close());

/**
 * Command line and exit code. Calls run in the order of the list, since each needs the state that earlier calls left.
 * `until`: output to wait for before SIGTERM is sent.
 */
interface Call {
  /** Arguments; RUN and TOKEN stand for the ids of a run and a token. */
  readonly argv: readonly string[];
  readonly code: number;
  readonly stdin?: string;
  readonly until?: string;
}
const call = (code: number, ...argv: readonly string[]): Call => ({ code, argv });
const CALLS: readonly Call[] = [
  call(0, "version"),
  call(0, "validate", "held.yaml"),
  call(2, "validate", "invalid.yaml"),
  call(0, "explain", "held.yaml"),
  call(0, "plan", "held.yaml"),
  call(0, "run", "held.yaml"),
  call(1, "run", "broken.yaml"),
  call(2, "run", "invalid.yaml"),
  call(0, "runs"),
  call(0, "report", "last"),
  call(0, "up", "mesh.yaml", "--detach"),
  call(0, "down", "pair"),
  { ...call(0, "up", "mesh.yaml"), until: "mesh pair is up" },
  call(0, "init", "--from", "compose", "compose.yaml", "--out", "drawn.yaml"),
  call(0, "new", "slow", "--mesh", "mesh.yaml", "--edge", "front:back", "--out", "first.yaml"),
  call(0, "watch", "RUN", ...THERE),
  call(0, "wait", "RUN", ...THERE),
  call(0, "get"),
  call(0, "apply", "-f", "stored"),
  call(0, "diff", "-f", "stored"),
  call(0, "schedule", "list"),
  call(0, "schedule", "next", "-n", "1"),
  call(0, "schedule", "pause", "nightly"),
  call(0, "schedule", "resume", "nightly"),
  call(0, "schedule", "trigger", "nightly"),
  call(0, "delete", "schedule", "nightly"),
  call(0, "agents"),
  call(0, "dashboard", "--no-open"),
  call(0, "token", "list"),
  call(0, "token", "create", "other", "--role", "viewer", "--save", "other.token"),
  call(0, "token", "revoke", "TOKEN"),
  call(0, "backup", "all.ndjson"),
  call(0, "verify", "all.ndjson"),
  call(0, "restore", "all.ndjson", "--folder", "restored"),
  { ...call(0, "serve", "--mesh", "mesh.yaml", "--port", "0"), until: "its token is in" },
  { ...call(0, "agent", "--mesh", "mesh.yaml"), until: '"event":"listening"' },
  call(0, "halt", "--all", ...THERE),
  call(0, "halt", "--release", ...THERE),
  { ...call(0, "context", "set", "other", "--server", "http://127.0.0.1:1", "--token-stdin"), stdin: "x\n" },
  call(0, "context", "list"),
  call(0, "context", "use", "test"),
  call(0, "context", "remove", "other"),
  call(0, "completion", "bash"),
  call(0, "--help"),
  // Port 1 has no listener.
  call(69, "agents", "--server", "http://127.0.0.1:1"),
];

describe.sequential(`on Node ${process.versions.node}`, () => {
  it("every command is tried here", () => {
    const program = openProgram({ output: openOutput({}), version: "0.0.0" } as Context, () => {});
    const leaves = (command: typeof program, names: readonly string[]): string[] =>
      command.commands.length === 0
        ? [names.join(" ")]
        : command.commands.flatMap((each) => leaves(each, [...names, each.name()]));
    const isTried = (leaf: string) => CALLS.some(({ argv }) => `${argv.join(" ")} `.startsWith(`${leaf} `));
    // Commands left out: `complete` answers the shell's completion, and users do not call `complete` or `help` by name.
    expect(leaves(program, []).filter((leaf) => !["complete", "help"].includes(leaf) && !isTried(leaf))).toEqual([]);
  });

  it.sequential.each(CALLS.map((one, index) => [index, one] as const))(
    "command %i ends with its code",
    async (_index, { argv: written, code, stdin, until }) => {
      const argv = written.map((word) => ids[word] ?? word);
      const running = plane.yard.start(argv, { SQUALL_TOKEN: "a-token-that-nobody-knows" }, stdin);
      if (until !== undefined) {
        await running.shows(until);
        running.child.kill("SIGTERM");
      }
      const { stdout, stderr, code: ended } = await running.ended;
      const { signalCode } = running.child;
      expect({ argv, code: ended, signalCode }, `${stdout}\n${stderr}`).toEqual({
        argv,
        code,
        signalCode: null,
      });
      expect(stderr).not.toContain("internal error");
    },
    60_000,
  );

  it("the folders of the runs are whole after all that", async () => {
    expect((await plane.yard.squall(["verify"])).code).toBe(0);
    expect(readFileSync(join(plane.yard.folder, "all.ndjson"), "utf8")).toContain("\n");
  });
});
