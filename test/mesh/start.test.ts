import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test as base, describe, expect } from "vitest";
import { statOf } from "../../server/keeper/processes.ts";
import { MeshError, type RunningMesh, startMesh } from "../../server/keeper/start.ts";
import { freePorts } from "../ports.ts";
import {
  childOf,
  configOf,
  eventually,
  gone,
  isAlive,
  left,
  type Mode,
  meshOf,
  service,
  sweep,
  type Told,
} from "./stage.ts";

/** Separate meshes for each test, so that tests can run at the same time. */
class Ground {
  readonly #running: RunningMesh[] = [];
  readonly #told: Told[] = [];

  async stage(modes: Readonly<Record<string, Mode>>, more: Parameters<typeof configOf>[1] = {}) {
    const names = Object.keys(modes);
    const ports = await freePorts(names.length + 1);
    const services = names.map((name, i) => service(name, ports[i]!, modes[name]!));
    const told = this.tell(meshOf(services, ports.at(-1)!), more);
    return { ...told, told, ports: ports.slice(0, -1) };
  }
  tell(...given: Parameters<typeof configOf>): Told {
    const told = configOf(...given);
    this.#told.push(told);
    return told;
  }
  async start(told: Told): Promise<RunningMesh> {
    const mesh = await startMesh(told.config);
    this.#running.push(mesh);
    return mesh;
  }
  async failure(told: Told): Promise<MeshError> {
    const error = await this.start(told).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(MeshError);
    return error as MeshError;
  }
  async clear(): Promise<void> {
    await Promise.all(this.#running.map((mesh) => mesh.stop()));
    this.#told.forEach(sweep);
  }
}
const it = base.extend<{ readonly ground: Ground }>({
  ground: async ({ task: _ }, use) => {
    const ground = new Ground();
    await use(ground);
    await ground.clear();
  },
});
const log = ({ config }: Told, name: string) => readFileSync(`${config.folder}/logs/${name}.log`, "utf8");

describe.concurrent("a mesh that starts", () => {
  it("has every service answering and every process in a group of its own", async ({ ground }) => {
    const { told, ports } = await ground.stage({ shop: "", bank: "" });
    const mesh = await ground.start(told);
    for (const port of ports) expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect(Object.keys(mesh.pids).sort()).toEqual(["bank", "shop", "stage-agent"]);
    for (const pid of Object.values(mesh.pids)) expect(statOf(pid)?.group).toBe(pid);
    expect(
      told.progress
        .filter(({ state }) => state === "ready")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["bank", "shop", "stage-agent"]);
  });

  it("gives the token to the agent's environment and nowhere else", async ({ ground }) => {
    const { told, config } = await ground.stage({ shop: "" });
    await ground.start(told);
    expect(log(told, "stage-agent")).toContain("token canary-token");
    expect(log(told, "shop")).toContain("token none");
    const argv = /^argv (.*)$/m.exec(log(told, "stage-agent"))?.[1];
    expect(argv).toBe(
      `--server http://127.0.0.1:1 --token-env SQUALL_TOKEN --instance stage-agent --control ${config.folder}/agent.sock --parent --processes shop`,
    );
  });

  it("leaves nothing behind when it is stopped, and may be stopped twice", async ({ ground }) => {
    const { told, config } = await ground.stage({ shop: "stubborn", forking: "forks", escaping: "escapes" });
    const mesh = await ground.start(told);
    const children = ["forking", "escaping"].map((name) => Number(/child (\d+)/.exec(log(told, name))![1]));
    expect(children.every(isAlive)).toBe(true);
    process.kill(mesh.pids.forking!, "SIGSTOP");
    await Promise.all([mesh.stop(), mesh.stop()]);
    await mesh.stop();
    expect(left(config)).toEqual([]);
    expect([...children, ...Object.values(mesh.pids), mesh.keeperPid].filter(isAlive)).toEqual([]);
    expect(told.agentExits).toEqual([]);
  });

  it("can be stopped although its keeper is", async ({ ground }) => {
    const { told, config } = await ground.stage({ shop: "" });
    const mesh = await ground.start(told);
    process.kill(mesh.keeperPid, "SIGSTOP");
    await mesh.stop();
    expect(left(config)).toEqual([]);
  });

  it("starts the agent alone where the services are somebody else's", async ({ ground }) => {
    const { told } = await ground.stage({ shop: "dies" }, { agentOnly: true });
    expect(Object.keys((await ground.start(told)).pids)).toEqual(["stage-agent"]);
  });

  it("tells of a service that ends in mid-run, with the end of its log, and does not start it again", async ({
    ground,
  }) => {
    const { told } = await ground.stage({ shop: "", bank: "" });
    const mesh = await ground.start(told);
    process.kill(mesh.pids.bank!, "SIGKILL");
    const seen = await eventually(
      () => told.progress.filter(({ state }) => state === "exited"),
      (exits) => exits.length > 0,
    );
    expect(seen).toEqual([
      { name: "bank", state: "exited", detail: expect.stringMatching(/^ended by SIGKILL\. The end of .*bank\.log/) },
    ]);
    expect(isAlive(mesh.pids.shop!)).toBe(true);
  });

  it("tells when its agent ends", async ({ ground }) => {
    const { told } = await ground.stage({ shop: "" });
    const mesh = await ground.start(told);
    process.kill(mesh.agentPid, "SIGKILL");
    await eventually(
      () => told.agentExits,
      (exits) => exits.length > 0,
    );
    expect(told.agentExits).toEqual([mesh.agentPid]);
  });

  it("replaces a watch that was killed, and the new one knows every process", async ({ ground }) => {
    const { told, config } = await ground.stage({ shop: "", bank: "" });
    const mesh = await ground.start(told);
    const watch = childOf(mesh.keeperPid, "watchdog.js")!;
    process.kill(watch, "SIGKILL");
    const next = await eventually(
      () => childOf(mesh.keeperPid, "watchdog.js"),
      (pid) => pid !== undefined && pid !== watch,
    );
    expect(next).not.toBe(watch);
    process.kill(mesh.pids.shop!, "SIGSTOP");
    process.kill(mesh.keeperPid, "SIGKILL");
    expect(await gone(config)).toEqual([]);
  });
});

describe.concurrent("a mesh that cannot start", () => {
  it("names who holds an address, and touches nothing", async ({ ground }) => {
    const { told, config, ports } = await ground.stage({ shop: "", bank: "" });
    const stranger = createServer().listen(ports[1], "127.0.0.1");
    await once(stranger, "listening");
    const error = await ground.failure(told);
    expect(error.because).toBe("ports");
    expect(error.message).toContain(`127.0.0.1:${ports[1]} (service bank) is held by pid ${process.pid} (`);
    expect(told.progress).toEqual([]);
    expect(left(config)).toEqual([]);
    stranger.close();
  });

  it("looks at an address without connecting to its holder, which may be counting connections", async ({ ground }) => {
    const { told, ports } = await ground.stage({ shop: "" });
    let connections = 0;
    const stranger = createServer().on("connection", () => connections++);
    await once(stranger.listen(ports[0], "127.0.0.1"), "listening");
    expect((await ground.failure(told)).because).toBe("ports");
    await fetch(`http://127.0.0.1:${ports[0]}/`, { signal: AbortSignal.timeout(200) }).catch(() => null);
    expect(connections).toBe(1);
    stranger.closeAllConnections();
    stranger.close();
  });

  it("sees a holder that listens on every address of the machine, IPv6 included", async ({ ground }) => {
    const { told, ports } = await ground.stage({ shop: "" });
    const stranger = createServer().listen(ports[0], "::");
    await once(stranger, "listening");
    expect((await ground.failure(told)).message).toContain(`held by pid ${process.pid} (`);
    stranger.close();
  });

  it("names another run by its mark and folder, and leaves that run unharmed", async ({ ground }) => {
    const first = await ground.stage({ shop: "", bank: "" });
    const mesh = await ground.start(first.told);
    const second = ground.tell(first.config.mesh);
    const error = await ground.failure(second);
    expect(error.because).toBe("ports");
    const holds = `the Squall run ${first.config.marker} in ${first.config.folder} holds `;
    expect(error.message.split(holds)).toHaveLength(2);
    for (const [i, name] of ["shop", "bank"].entries())
      expect(error.message).toContain(`127.0.0.1:${first.ports[i]} (service ${name}, pid ${mesh.pids[name]})`);
    expect(Object.values(mesh.pids).every(isAlive)).toBe(true);
    for (const port of first.ports) expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    expect(first.told.progress.filter(({ state }) => state === "exited")).toEqual([]);
  });

  it("is not fooled when two start at the same moment: one has all addresses, the other nothing", async ({
    ground,
  }) => {
    const first = await ground.stage({ shop: "", bank: "" });
    const second = ground.tell(first.config.mesh);
    const ends = await Promise.allSettled([ground.start(first.told), ground.start(second)]);
    for (const [i, end] of ends.entries()) {
      if (end.status === "rejected") {
        expect(end.reason).toBeInstanceOf(MeshError);
        expect(left([first.config, second.config][i]!)).toEqual([]);
      } else expect(Object.values(end.value.pids).every(isAlive)).toBe(true);
    }
    expect(ends.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
  });

  it("shows the last 20 lines of a service that ends before it is ready", async ({ ground }) => {
    const { told, config } = await ground.stage({ shop: "", bank: "dies" });
    const error = await ground.failure(told);
    expect(error.because).toBe("mesh");
    expect(error.message).toMatch(/^bank ended before it was ready \(exit code 3\)/);
    expect(error.message).toContain("| line 30");
    expect(error.message).toContain("| line 11\n");
    expect(error.message).not.toContain("| line 10\n");
    expect(left(config)).toEqual([]);
  });

  it.for<[Mode, string]>([
    ["deaf", "I never listen"],
    ["sick", "token none"],
  ])("gives up on a service that is %s, and shows its log", async ([mode, line], { ground }) => {
    const { told, config, ports } = await ground.stage({ shop: "" });
    const { mesh } = config;
    const slow = {
      ...told,
      config: { ...config, mesh: { ...mesh, services: [service("shop", ports[0]!, mode, { startMs: 2_000 })] } },
    };
    const error = await ground.failure(slow);
    expect(error.message).toMatch(/^shop was not ready within 2 s \(expected a 2xx from http:/);
    expect(error.message).toContain(line);
    expect(left(config)).toEqual([]);
  });

  it("does not take a stranger's answer for its own service", async ({ ground }) => {
    const { told, config, ports } = await ground.stage({ shop: "deaf" });
    const starting = ground.failure(told);
    await eventually(
      () => told.progress.length,
      (count) => count > 0,
    );
    const stranger = createServer((_request, response) => response.end("fine")).listen(ports[0], "127.0.0.1");
    const error = await starting;
    expect(error.because).toBe("ports");
    expect(error.message).toContain(`is answered by pid ${process.pid} (`);
    expect(left(config)).toEqual([]);
    stranger.close();
  });

  it("believes an answer that echoes the run's mark, whoever listens", async ({ ground }) => {
    const { told, config, ports } = await ground.stage({ shop: "deaf" });
    const starting = ground.start(told);
    await eventually(
      () => told.progress.length,
      (count) => count > 0,
    );
    const container = createServer((_request, response) =>
      response.setHeader("x-squall-run", config.marker).end(),
    ).listen(ports[0], "127.0.0.1");
    expect((await starting).pids.shop).toBeGreaterThan(0);
    container.close();
  });

  it("says which command there is not, and which directory", async ({ ground }) => {
    const { told, config, ports } = await ground.stage({ shop: "" });
    const missing = (more: object) => ({ ...told, config: { ...config, mesh: { ...config.mesh, ...more } } });
    const services = [service("shop", ports[0]!, "", { command: ["no-such-command"] })];
    expect((await ground.failure(missing({ services }))).message).toBe(
      "shop could not be started: no-such-command: no such command.",
    );
    expect((await ground.failure(missing({ directory: "/no/such/place" }))).message).toMatch(
      "shop could not be started: the mesh's directory /no/such/place does not exist.",
    );
  });

  it("shows what an agent said instead of listening", async ({ ground }) => {
    const { told, config } = await ground.stage(
      { shop: "" },
      { agent: ["sh", "-c", "echo no server for me; exit 4", "--"] },
    );
    const error = await ground.failure(told);
    expect(error.message).toMatch(/^stage-agent ended before it was ready \(exit code 4\)/);
    expect(error.message).toContain("| no server for me");
    expect(left(config)).toEqual([]);
  });
});
