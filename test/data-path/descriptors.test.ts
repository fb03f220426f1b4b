/** Descriptors (DATA-PATH 1): an edge whose callers hang leaves room for another edge, and its refusals are logged. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, expect, test } from "vitest";
import { freePorts } from "../ports.ts";
import { Caller, eventually, exchange, get, startHttp, startTcp } from "./rig.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const LIMIT = 256;
const FLOOD = 1_000;
const AT_A_TIME = 16;

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** An agent that may open so many files, with an edge to each port; `log`: all that it has written. */
const startAgent = async (callees: Readonly<Record<string, number>>) => {
  const home = mkdtempSync(join(tmpdir(), "squall-descriptors-"));
  open.push(() => rmSync(home, { recursive: true, force: true }));
  const names = Object.keys(callees);
  const ports = await freePorts(names.length);
  const services = names.map((name) => `    ${name}: { endpoints: ["127.0.0.1:${callees[name]}"] }`);
  const edges = names.map(
    (name, i) => `    - { from: caller, to: ${name}, listen: "127.0.0.1:${ports[i]}", protocol: http }`,
  );
  const mesh = join(home, "mesh.yaml");
  writeFileSync(
    mesh,
    `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: flooded }
spec:
  services:
    caller: { endpoints: ["127.0.0.1:1"] }
${services.join("\n")}
  edges:
${edges.join("\n")}
`,
  );
  const command = `ulimit -n ${LIMIT}; exec "$0" "$@"`;
  const args = ["-c", command, process.execPath, join(ROOT, "cli/squall.js"), "agent", "--mesh", mesh];
  const agent = spawn("sh", args, { env: { ...process.env, SQUALL_HOME: home }, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [agent.stdout, agent.stderr]) stream.on("data", (text) => (log += String(text)));
  open.push(() => agent.kill("SIGKILL"));
  await eventually(
    "every edge",
    () => names.every((name) => log.includes(name)),
    () => log,
  );
  return {
    ports: Object.fromEntries(names.map((name, i) => [name, ports[i]!])),
    log: () => log,
    descriptors: () => readdirSync(`/proc/${agent.pid}/fd`).length,
  };
};

test("an edge flooded by callers of a hung callee leaves another edge all that it needs, and says so", async () => {
  const hung = await startTcp((socket) => void socket.resume());
  const well = await startHttp((_, response) => response.end("well"));
  open.push(hung.close, well.close);
  const agent = await startAgent({ hung: hung.port, well: well.port });
  expect(await exchange(agent.ports.well!, get("/", "Connection: close"))).toMatch(/well$/);
  const before = agent.descriptors();

  const flood = Array.from({ length: FLOOD }, () => new Caller(agent.ports.hung!).send(get("/")));
  open.push(() => {
    for (const { socket } of flood) socket.destroy();
  });
  const isAway = ({ socket }: Caller) => socket.destroyed;
  await eventually("most of the flood turned away", () => flood.filter(isAway).length > FLOOD / 2);
  let answered = 0;
  const ask = async (): Promise<void> => {
    for (let i = 0; i < FLOOD / AT_A_TIME; i++)
      if (/well$/.test(await exchange(agent.ports.well!, get("/", "Connection: close")))) answered++;
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, ask));
  expect(answered).toBe(AT_A_TIME * Math.ceil(FLOOD / AT_A_TIME));
  expect(agent.descriptors()).toBeLessThan(LIMIT);
  const held = flood.filter((caller) => !isAway(caller));
  expect(held.length).toBeGreaterThan(48);
  // No caller of the flood took the end for an answer: those turned away were reset.
  expect(flood.filter(isAway).every(({ end }) => end === "rst")).toBe(true);
  expect(agent.log()).toMatch(/caller → hung: refused \(agent-descriptors\)/);

  for (const { socket } of flood) socket.destroy();
  await eventually("the descriptors given back", () => agent.descriptors() <= before, agent.descriptors);
});
