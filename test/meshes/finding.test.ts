/** `squall init` without any given service: reads the folder's compose file, else the listeners of this machine. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasProc } from "../../server/keeper/processes.ts";
import { SQUALL } from "../cli/squall.ts";
import { needing } from "../needing.ts";
import { type Network, openNetwork } from "../network.ts";
import { until } from "../waiting.ts";

const SERVICE = `
  const http = require("node:http");
  http.createServer((_request, response) => response.end("ok")).listen(Number(process.env.PORT), "127.0.0.1");
  const { PEER: port } = process.env;
  if (port) setInterval(() => http.get({ host: "127.0.0.1", port, agent: new http.Agent({ keepAlive: true }) }, (it) => it.resume()).on("error", () => {}), 200);`;

/** Runs `use` with a folder in a separate network, where only services started by this test listen. */
const withFolder = async (
  use: (at: {
    readonly folder: string;
    readonly network: Network;
    squall(...argv: readonly string[]): { readonly status: number | null; readonly stderr: string };
    service(name: string, env: Readonly<Record<string, string>>): void;
  }) => Promise<void> | void,
): Promise<void> => {
  const network = await openNetwork();
  const folder = mkdtempSync(join(tmpdir(), "squall-finding-"));
  const children: ChildProcess[] = [];
  try {
    await use({
      folder,
      network,
      squall(...argv) {
        const [command, ...rest] = network.within([process.execPath, SQUALL, ...argv]);
        const env = { ...process.env, SQUALL_HOME: join(folder, "home"), NO_COLOR: "1" };
        return spawnSync(command, rest, { cwd: folder, env, encoding: "utf8" });
      },
      service(name, env) {
        writeFileSync(join(folder, `${name}.cjs`), SERVICE);
        const [command, ...rest] = network.within([process.execPath, join(folder, `${name}.cjs`)]);
        children.push(spawn(command, rest, { env: { PATH: process.env.PATH, ...env }, stdio: "ignore" }));
      },
    });
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await network.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

describe("`squall init` where nothing is known", () => {
  needing(it, hasProc ? null : "needs /proc")(
    "draws what listens on this machine: names, the variable that names a callee, and connections",
    { timeout: 60_000 },
    () =>
      withFolder(async ({ folder, squall, service }) => {
        service("stock", { PORT: "7305" });
        service("payments", { PORT: "7304", PEER: "7305" });
        service("orders", { PORT: "7303", PAYMENTS_URL: "http://127.0.0.1:7304/v1" });
        let said = "";
        await until(
          "all are seen, and the connection",
          () => {
            const { stderr } = squall("init", "--force");
            said = stderr;
            return /guessed 2 edges: 1 by environment, 1 by open connections/.test(said);
          },
          30_000,
        );
        expect(said).toContain("no compose file here: looking at what listens on this machine");
        expect(said).toMatch(/found orders on 127\.0\.0\.1:7303 \(.*orders\.cjs\)/);
        const text = readFileSync(join(folder, "mesh.yaml"), "utf8");
        expect(text).toMatch(/\{ from: orders, to: payments, listen: "127\.0\.0\.1:17\d{3}", protocol: http \}/);
        expect(text).toMatch(/\{ from: payments, to: stock, listen: "127\.0\.0\.1:17\d{3}", protocol: tcp \}/);
        expect(text).toMatch(/"PAYMENTS_URL": "http:\/\/127\.0\.0\.1:17\d{3}\/v1"/);
        expect(squall("validate", "mesh.yaml")).toMatchObject({ status: 0 });
      }),
  );
  it("reads the compose file that is there, and says so", () =>
    withFolder(({ folder, squall }) => {
      const services = `services: { orders: { environment: { PAYMENTS_URL: "http://payments:8080" } }, payments: {} }`;
      writeFileSync(join(folder, "compose.yaml"), services);
      const { status, stderr } = squall("init");
      expect({ status, stderr }).toMatchObject({ status: 0 });
      expect(stderr).toContain("reading compose.yaml (--from compose)");
      expect(readFileSync(join(folder, "mesh.yaml"), "utf8")).toContain(
        `orders: { env: { "PAYMENTS_URL": "http://127.0.0.1:17001" } }`,
      );
      expect(squall("validate", "mesh.yaml")).toMatchObject({ status: 0 });
      expect(squall("init")).toMatchObject({ status: 2 });
    }));
  it("says what to do where there is nothing to draw from", () =>
    withFolder(({ folder, squall }) => {
      const { status, stderr } = squall("init");
      expect(status).toBe(2);
      expect(stderr).toContain("record who calls whom with --from traffic");
      expect(existsSync(join(folder, "mesh.yaml"))).toBe(false);
    }));
});
