/**
 * Command `squall halt --all` on untidy machines. Each test has a separate process table, and real traffic that shows
 * when the last request was hit.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, test } from "vitest";
import { bootId, statOf } from "../../server/keeper/processes.ts";
import { openPairYard, type PairYard, pairExperiment, pairMesh, SQUALL } from "../cli/squall.ts";
import { until } from "../waiting.ts";
import { type Cell, canHaveCells, LEFT_OUT, openCell } from "./cell.ts";
import { ABORT, edgePortOf, type Faulted, WATCHED, watchFaults } from "./faulted.ts";
import { childOf, type Launched, launch } from "./launch.ts";

const NOBODY = 65_534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

interface Ground extends PairYard {
  /** Launches `squall` in the cell; the process ends with the test. */
  launch(argv: readonly string[], options?: Options): Launched;
  /** Launches a command and waits until the command has ended. */
  ask(argv: readonly string[], options?: Options): Promise<{ code: number | null; said: string }>;
  /** Starts a run, and waits until the run's fault hits requests. */
  inject(options?: Options): Promise<{ run: Launched; faults: Faulted }>;
}
interface Options {
  readonly home?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly as?: readonly string[];
  readonly node?: string;
}
const STOPPED = "SIGSTOP";

const openGround = async (cell: Cell): Promise<Ground & { close(): void }> => {
  const yard = await openPairYard();
  yard.put("long.yaml", pairExperiment({ name: "long", during: "60s", fault: ABORT, match: WATCHED }));
  const launched: Launched[] = [];
  const watched: Faulted[] = [];
  const start = (argv: readonly string[], { home = yard.home, environment = {}, as = [] }: Options = {}) => {
    const line = cell.within([...as, process.execPath, SQUALL, ...argv], yard.folder);
    const one = launch(yard.folder, line, { SQUALL_HOME: home, ...environment });
    launched.push(one);
    return one;
  };
  return {
    ...yard,
    launch: start,
    async ask(argv, options) {
      const { closed, child, said } = start(argv, options);
      await closed;
      return { code: child.exitCode, said: said() };
    },
    async inject(options) {
      const run = start(["run", "long.yaml"], options);
      const faults = watchFaults(edgePortOf(yard));
      watched.push(faults);
      await until(
        "a request is hit",
        () => {
          if (run.child.exitCode !== null) throw new Error(`the run has ended:\n${run.said()}`);
          return faults.lastMs() > 0;
        },
        40_000,
      );
      return { run, faults };
    },
    close() {
      for (const { stop } of watched) stop();
      for (const { end } of launched) end();
      cell.close();
      yard.remove();
    },
  };
};
const it = test.extend<{ readonly ground: Ground }>({
  ground: async ({ task: _ }, use) => {
    const ground = await openGround(await openCell());
    await use(ground);
    ground.close();
  },
});

/** Process id of a launched command: the child of the nsenter that put the command into the cell. */
const pidOf = ({ child }: Launched): number => childOf(child.pid!)!;
/** Process id of the yard's agent, found by the agent's command line. */
const agentOf = (yard: PairYard): number => {
  const { stdout } = spawnSync("pgrep", ["-f", `agent/main.js.*--control ${yard.home}`], { encoding: "utf8" });
  return Number(stdout.trim().split("\n")[0]);
};
const inCells = canHaveCells ? describe.concurrent : describe.skip;
const BOUND_MS = 1_000;
/** Waits until no request has been hit for a second, and returns the time from `fromMs` to the last hit, ms. */
const lastHitAfter = async (faults: Faulted, fromMs: number): Promise<number> => {
  await until(
    "no request is hit any more",
    () => performance.now() - Math.max(faults.lastMs(), fromMs) > 1_000,
    70_000,
  );
  return Math.round(Math.max(0, faults.lastMs() - fromMs));
};
const control = (socketPath: string, path: string, body: object) =>
  new Promise<number>((done, fail) => {
    const asked = request({ socketPath, path, method: "POST", agent: false }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    });
    asked.on("error", fail).end(JSON.stringify(body));
  });
const FOR_LONG = {
  faults: [{ name: "trouble", edge: { from: "front", to: "back" }, abort: { status: 503 }, for: "1m" }],
};

inCells(`halt --all${LEFT_OUT}`, { timeout: 120_000 }, () => {
  it("finds two servers of other homes, and an agent without one, from an empty home", async ({ ground, expect }) => {
    const { faults } = await ground.inject();
    const other = join(ground.folder, "other");
    const mesh = await pairMesh("second");
    ground.put("second/mesh.yaml", mesh);
    ground.put("second/long.yaml", pairExperiment({ name: "second", during: "60s", fault: ABORT, match: WATCHED }));
    expect(await ground.ask(["up", "second/mesh.yaml", "--detach"], { home: other })).toMatchObject({ code: 0 });
    const second = ground.launch(["run", "second/long.yaml"], { home: other });
    await until("the second injects", () => second.said().includes("faults ordered"), 30_000);
    ground.put("third/mesh.yaml", (await pairMesh("third")).replaceAll(/ {6}command.*\n/g, ""));
    const alone = ground.launch(["agent", "--mesh", "third/mesh.yaml"], { home: join(ground.folder, "third/home") });
    await until("the agent listens", () => alone.said().includes('"event":"listening"'), 30_000);

    const fromMs = performance.now();
    const { code, said } = await ground.ask(["halt", "--all"], { home: join(ground.folder, "empty") });
    expect(said).toMatch(/^halted long-/m);
    expect(said).toMatch(/^halted second-/m);
    expect(said).toContain("dropped the faults of the agent at");
    // The line appears only for a mesh that refuses starts: the server of `run` ends, the server of `up` stays.
    expect(said.match(/nothing starts .*/g)).toEqual([
      "nothing starts on mesh second until `squall halt --release`, or until it is down",
    ]);
    expect(said).not.toContain("nothing was running");
    expect(code).toBe(0);
    expect(await lastHitAfter(faults, fromMs)).toBeLessThan(BOUND_MS + 1_000);
    const refused = await ground.ask(["run", "second/long.yaml"], { home: other });
    expect(refused).toMatchObject({ code: 4, said: expect.stringContaining("halted by an operator") });
    expect(await ground.ask(["halt", "--release"])).toMatchObject({ code: 0 });
    expect(await ground.ask(["down"], { home: other })).toMatchObject({ code: 0 });
  });
  it("goes straight to the agent of a stopped server of another home", async ({ ground, expect }) => {
    const { run, faults } = await ground.inject();
    process.kill(pidOf(run), STOPPED);
    const { code, said } = await ground.ask(["halt", "--all"], { home: join(ground.folder, "empty") });
    const doneMs = performance.now();
    expect(said).toContain("going straight to its agents");
    expect(said).toContain("dropped the faults of the agent");
    expect(code).toBe(0);
    expect(await lastHitAfter(faults, doneMs)).toBeLessThan(500);
  });
  it("signals an agent whose home, and socket with it, was taken away", async ({ ground, expect }) => {
    const home = join(ground.folder, "third/home");
    const mesh = await pairMesh("third");
    const edge = Number(/listen: "127\.0\.0\.1:(\d+)"/.exec(mesh)![1]);
    ground.put("third/mesh.yaml", mesh.replaceAll(/ {6}command.*\n/g, ""));
    const alone = ground.launch(["agent", "--mesh", "third/mesh.yaml"], { home });
    await until("the agent listens", () => alone.said().includes('"event":"listening"'), 30_000);
    const [socket] = spawnSync("ls", [join(home, "agents")], { encoding: "utf8" }).stdout.split("\n");
    expect(await control(join(home, "agents", socket!), "/v1/apply", FOR_LONG)).toBe(200);
    const faults = watchFaults(edge);
    await until("a request is hit", () => faults.lastMs() > 0);
    rmSync(home, { recursive: true, force: true });
    const { code, said } = await ground.ask(["halt", "--all"]);
    const doneMs = performance.now();
    expect(said).toContain("to drop its faults by SIGUSR2");
    expect(code).toBe(0);
    expect(await lastHitAfter(faults, doneMs)).toBeLessThan(500);
    faults.stop();
    expect(alone.child.exitCode).toBe(null);
    // The folder of a live server is deleted: the kernel still has the server's record.
    const { run } = await ground.inject();
    rmSync(join(ground.home, "runs"), { recursive: true, force: true });
    expect((await ground.ask(["halt", "--all"])).said).toMatch(/^halted long-/m);
    await run.closed;
  });
  it("never ends with 0 when a server is silent and no agent was reached", async ({ ground, expect }) => {
    const { run } = await ground.inject();
    const agent = agentOf(ground);
    for (const pid of [pidOf(run), agent]) process.kill(pid, STOPPED);
    const { code, said } = await ground.ask(["halt", "--all"]);
    process.kill(agent, "SIGCONT");
    expect(said).toContain("did not answer");
    expect(said).not.toContain("nothing was running");
    expect(code).toBe(69);
  });
  it("names a process of another user, and is not done then", async ({ ground, expect }) => {
    const { run } = await ground.inject();
    chmodSync(ground.folder, 0o755);
    const { code, said } = await ground.ask(["halt", "--all"], { as: AS_NOBODY, home: "/nonexistent/home" });
    expect(said).toMatch(/not reached: pid \d+ of user root \(.*squall.js run long\.yaml\)/);
    expect(said).not.toContain("nothing was running");
    expect(code).toBe(77);
    expect((await ground.ask(["halt", "--all"])).code).toBe(0);
    await run.closed;
  });
  it("reaches another user's when it is root's", async ({ ground, expect }) => {
    spawnSync("chown", ["-R", `${NOBODY}:${NOBODY}`, ground.folder]);
    const { run } = await ground.inject({ as: AS_NOBODY });
    expect(await ground.ask(["halt", "--all"], { home: "/nonexistent/root" })).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^halted long-/m),
    });
    await run.closed;
  });
  it("passes over and tells what cannot be read, and halts the rest", async ({ ground, expect }) => {
    const runs = join(ground.home, "runs");
    mkdirSync(runs, { recursive: true });
    spawnSync("chown", ["-R", `${NOBODY}:${NOBODY}`, ground.folder]);
    // State as a single `sudo squall run` leaves it.
    mkdirSync(join(runs, "root"), { mode: 0o700 });
    writeFileSync(join(runs, "file"), "");
    symlinkSync("/nowhere", join(runs, "dangling"));
    symlinkSync("loop", join(runs, "loop"));
    for (const name of ["pipe", "broken", "folder", "hostile"]) mkdirSync(join(runs, name), { mode: 0o755 });
    spawnSync("mkfifo", ["-m", "666", join(runs, "pipe/server.json"), join(runs, "pipe/agent.sock")]);
    writeFileSync(join(runs, "broken/server.json"), "{ not json");
    mkdirSync(join(runs, "folder/server.json"));
    // A signal to pid -1 would reach every process.
    const hostile = { url: "http://127.0.0.1:1", token: "", folder: "", mesh: "x", pid: -1, start: "", boot: "" };
    writeFileSync(join(runs, "hostile/server.json"), JSON.stringify(hostile));
    const { run, faults } = await ground.inject({ as: AS_NOBODY });
    const { code, said } = await ground.ask(["halt", "--all", "--home-only"], { as: AS_NOBODY });
    const doneMs = performance.now();
    for (const name of ["root", "file", "dangling", "loop", "pipe", "broken", "folder", "hostile"])
      expect(said).toMatch(new RegExp(`^${runs}/${name}.* passed over$`, "m"));
    expect(said).toMatch(/^halted long-/m);
    expect(code).toBe(0);
    expect(await lastHitAfter(faults, doneMs)).toBeLessThan(500);
    await run.closed;
    for (const argv of [["runs"], ["report", "last"]]) {
      const told = await ground.ask(argv, { as: AS_NOBODY });
      expect(told).toMatchObject({ code: 0, said: expect.stringContaining("root cannot be read (EACCES)") });
      expect(told.said).toContain("HALTED");
    }
    // `down` keeps an unreadable record: the mesh may be up.
    mkdirSync(join(ground.home, "up/odd.json"), { recursive: true });
    expect(await ground.ask(["down"], { as: AS_NOBODY })).toMatchObject({
      code: 69,
      said: expect.stringContaining("odd"),
    });
    expect(existsSync(join(ground.home, "up/odd.json"))).toBe(true);
  });
  it("says where nothing was running that it could not see everything", async ({ ground, expect }) => {
    expect(await ground.ask(["halt", "--all"])).toMatchObject({
      code: 0,
      said: "nothing was running that can be seen; what runs outside of this container cannot be seen from here\n",
    });
  });
  it("ends a run whose mesh is starting, and one that has a next mesh", async ({ ground, expect }) => {
    ground.put("second/mesh.yaml", await pairMesh("second"));
    ground.put("second/long.yaml", pairExperiment({ name: "second", during: "60s", fault: ABORT, match: WATCHED }));
    const both = ground.launch(["run", "long.yaml", "second/long.yaml", "--report", "out"]);
    await until("the first injects", () => both.said().includes("faults ordered"), 30_000);
    expect((await ground.ask(["halt", "--all"])).code).toBe(0);
    await both.closed;
    expect(both.said()).toContain("everything was halted: halted by an operator");
    expect(both.said()).not.toMatch(/mesh second/);
  });
});

inCells(`a $SQUALL_HOME of 200 characters${LEFT_OUT}`, () => {
  const longHome = (ground: Ground) => {
    const home = join(ground.folder, "h".repeat(200 - ground.folder.length - 1));
    mkdirSync(home);
    return home;
  };
  it.for(["XDG_RUNTIME_DIR", "the temp folder"])("has a control socket in %s", async (place, { ground, expect }) => {
    const home = longHome(ground);
    const runtime = join(ground.folder, "run");
    mkdirSync(runtime, { mode: 0o700 });
    const temp = join(ground.folder, "tmp");
    mkdirSync(temp, { mode: 0o700 });
    const environment = { XDG_RUNTIME_DIR: place === "XDG_RUNTIME_DIR" ? runtime : "", TMPDIR: temp };
    const { run, faults } = await ground.inject({ home, environment });
    const short = place === "XDG_RUNTIME_DIR" ? join(runtime, "squall") : join(temp, `squall-${process.getuid!()}`);
    const listed = spawnSync("ls", [short], { encoding: "utf8" }).stdout.trim();
    expect(listed).toMatch(/^[0-9a-f]{16}\.sock$/);
    process.kill(pidOf(run), STOPPED);
    // The halting user has neither variable set.
    const { code, said } = await ground.ask(["halt", "--all", "--home-only"], { home });
    const doneMs = performance.now();
    expect(said).toContain(`dropped the faults of the agent at ${short}/${listed}`);
    expect(code).toBe(0);
    expect(await lastHitAfter(faults, doneMs)).toBeLessThan(500);
    // nsenter stopped along with the command.
    process.kill(-run.child.pid!, "SIGCONT");
    await run.closed;
    expect(spawnSync("ls", [short], { encoding: "utf8" }).stdout).toBe("");
  });
  it("is refused where every short place is another's, and nothing is injected", async ({ ground, expect }) => {
    const home = longHome(ground);
    spawnSync("chown", ["-R", `${NOBODY}:${NOBODY}`, ground.folder]);
    const temp = join(ground.folder, "hostile-tmp");
    mkdirSync(temp);
    chmodSync(temp, 0o777);
    // The folder belongs to root and is open to all: the owner could put another socket there.
    mkdirSync(join(temp, `squall-${NOBODY}`));
    const runtime = join(ground.folder, "run");
    mkdirSync(runtime, { mode: 0o700 });
    symlinkSync(home, join(runtime, "squall"));
    spawnSync("chown", [`${NOBODY}`, runtime]);
    // The test uses /tmp, which every program knows, wherever the tests have a temp folder. Other runs may have left a
    // folder of that user.
    const common = join("/tmp", `squall-${NOBODY}`);
    const isOurs = mkdirSync(common, { recursive: true }) !== undefined;
    spawnSync("chown", ["0:0", common]);
    try {
      const environment = { XDG_RUNTIME_DIR: runtime, TMPDIR: temp };
      const { code, said } = await ground.ask(["run", "long.yaml"], { home, environment, as: AS_NOBODY });
      expect(code).toBe(2);
      expect(said).toMatch(/bytes, and a socket's path has 107 at most; no other place is safe/);
      expect(said).toMatch(/run\/squall: it is no folder/);
      expect(said).toMatch(/hostile-tmp/);
    } finally {
      if (isOurs) rmSync(common, { recursive: true });
      else spawnSync("chown", [`${NOBODY}:${NOBODY}`, common]);
    }
  });
});

describe.skipIf(!canHaveCells)(`whoever answers a byte now and then${LEFT_OUT}`, () => {
  it("keeps halt --all from nothing, and it is told that they did not answer", async ({ ground, expect }) => {
    mkdirSync(join(ground.home, "agents"), { recursive: true });
    const drip = createServer((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 200);
      response.on("close", () => clearInterval(timer));
    });
    const agent = drip.listen(join(ground.home, "agents/1.sock"));
    const server = createServer(drip.listeners("request")[0] as RequestListener).listen(0, "127.0.0.1");
    await until("it listens", () => server.address() !== null);
    const { port } = server.address() as AddressInfo;
    const { start } = statOf(process.pid)!;
    const boot = bootId();
    const record = { url: `http://127.0.0.1:${port}`, token: "t", folder: "x", mesh: "x", kind: "serve" };
    ground.put("home/serve/x/server.json", JSON.stringify({ ...record, parts: null, pid: process.pid, start, boot }));
    try {
      const { code, stderr } = await ground.squall(["halt", "--all", "--home-only"]);
      expect(stderr).toContain("no whole answer within 6 s");
      expect(stderr).toContain("did not answer");
      expect(code).toBe(69);
    } finally {
      for (const one of [agent, server]) {
        one.closeAllConnections();
        one.close();
      }
    }
  });
});

describe.skipIf(!canHaveCells)(`process 1 of a container${LEFT_OUT}`, () => {
  it("is no lost package manager when it is the parent from the start", async ({ ground, expect }) => {
    ground.put("held.yaml", pairExperiment({ name: "held" }));
    const line = `npm_command=exec SQUALL_HOME=${ground.home} "${process.execPath}" "${SQUALL}" run held.yaml; exit $?`;
    const inside = launch(ground.folder, ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", line], {});
    await inside.closed;
    expect({ code: inside.child.exitCode, said: inside.said() }).toMatchObject({ code: 0 });
  });
});
