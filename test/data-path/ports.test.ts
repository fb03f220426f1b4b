/**
 * Local ports towards a callee that are used up (DATA-PATH.md 1), by a machine's real `EADDRNOTAVAIL`: in a network of
 * its own with a range of a few ports.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, expect, test } from "vitest";
import { needing } from "../needing.ts";
import { openNetwork } from "../network.ts";
import { eventually } from "./rig.ts";

const AGENT = resolve(import.meta.dirname, "../../dist/agent/main.js");
const CALLS = join(import.meta.dirname, "ports.mjs");
const [CALLEE, EDGE] = [7_341, 7_342];
const [LOW, HIGH] = [40_000, 40_003];
const PORTS = HIGH - LOW + 1;
const COUNT = 10;
const NARROW = `echo ${LOW} ${HIGH} > /proc/sys/net/ipv4/ip_local_port_range`;

const canNarrow = spawnSync("unshare", ["--net", "sh", "-c", NARROW], { stdio: "ignore" }).status === 0;
const testAsRoot = needing(test, canNarrow ? null : "only root may make a network with few ports");

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

testAsRoot("Callers beyond the local ports of the machine are told that the agent lacks ports", async () => {
  const network = await openNetwork();
  open.push(() => network.close());
  const folder = mkdtempSync(join(tmpdir(), "squall-ports-"));
  open.push(() => rmSync(folder, { recursive: true, force: true }));
  const mesh = join(folder, "mesh.yaml");
  writeFileSync(
    mesh,
    `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: ports }
spec:
  services: { caller: {}, callee: { endpoints: ["127.0.0.1:${CALLEE}"] } }
  edges: [{ from: caller, to: callee, listen: "127.0.0.1:${EDGE}" }]
`,
  );
  const [program, ...argv] = network.within(["sh", "-c", `${NARROW} && exec "$0" "$@"`, process.execPath, AGENT]);
  const agent = spawn(program, [...argv, "--mesh", mesh], { stdio: ["ignore", "pipe", "pipe"] });
  open.push(() => agent.kill("SIGKILL"));
  let log = "";
  for (const stream of [agent.stdout, agent.stderr]) stream.on("data", (text) => (log += String(text)));
  await eventually(
    "the edge",
    () => log.includes('"listening"'),
    () => log,
  );

  const calls = network.within([process.execPath, CALLS, String(CALLEE), String(EDGE), String(COUNT)]);
  const caller = spawn(calls[0], calls.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  let answers = "";
  caller.stdout.on("data", (text) => (answers += String(text)));
  expect(await once(caller, "close")).toEqual([0, null]);
  const told = answers.trim().split("\n");
  expect(told.filter((answer) => answer === "200 none")).toHaveLength(PORTS);
  expect(told.filter((answer) => answer === "502 agent-ports")).toHaveLength(COUNT - PORTS);
  expect(log).toMatch(/caller → callee: refused \(agent-ports\).*no port left/);
});
