/**
 * Real partition: the server in a network namespace and each agent in another, with a real wire in between that is cut
 * in mid-fault. The kernel drops the packets, retransmits, and delivers the packets when the wire is whole.
 */
import { writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type Ground, openGround, type Process, shows, start } from "../serve/ground.ts";
import { ROOT } from "../tiny.ts";
import { expectOutlasted } from "./cut-off.ts";
import { BOTH } from "./line.ts";
import { lackOfNetworks, type Networks, openNetworks, type Room, type Wire } from "./networks.ts";
import { agentsReady, experimentOf, heldAt, meshOf, type PlaneAgent, type Traffic } from "./plane.ts";
import { expectNothingHeld } from "./proofs.ts";

const TIMEOUT_MS = 180_000;
const SERVER_PORT = 8_500;
const SERVICE_PORT = 7_000;
const EDGE_PORT = 9_000;
const SQUALL = [process.execPath, join(ROOT, "cli/squall.js")];
const RESIDENT = [process.execPath, join(import.meta.dirname, "resident.mjs")];
/** Probed URL: the server cannot reach the edges, so the probe samples a URL that the server can always reach. */
const PROBED = `http://127.0.0.1:${SERVER_PORT}/healthz`;

const CUTS: readonly (readonly [string, (wire: Wire) => void])[] = [
  ["both ways", (wire) => wire.cut(BOTH)],
  ["from the server", (wire) => wire.cut(["down"])],
  ["from the agent", (wire) => wire.cut(["up"])],
  ["and its cable pulled", (wire) => wire.pull()],
];

const LACK = lackOfNetworks();
describe.skipIf(LACK !== null)(
  `a network of its own for each agent${LACK === null ? "" : ` (left out: ${LACK})`}`,
  () => {
    let ground: Ground;
    let networks: Networks;
    let url: string;
    const closers: (() => unknown)[] = [];
    beforeAll(async () => {
      ground = await openGround();
      networks = await openNetworks(CUTS.length);
      closers.push(
        () => networks.close(),
        () => ground.close(),
      );
      url = await serveIn(networks, ground, (close) => closers.push(close));
    });
    afterAll(async () => {
      for (const close of closers.reverse()) await close();
    });

    it.concurrent.each(CUTS.map(([name, cut], i) => [name, cut, i] as const))(
      "invariants 1 and 2: is cut %s for longer than the lease: the agent ends its faults alone, and none comes back",
      async (_name, cut, i) => {
        const wire = networks.wires[i]!;
        const traffic = await trafficIn(ground, wire.room, i);
        const agent = await agentIn(ground, wire, i);
        try {
          await agentsReady(url, agent.name);
          await expectOutlasted({
            ...{ url, agent, traffic },
            start: (wanted) => start(url, experimentOf(i, PROBED, wanted)),
            cut: () => cut(wire),
            heal: () => wire.heal(),
          });
          await expectNothingHeld([agent]);
        } finally {
          for (const { child } of [agent, traffic.process]) child.kill("SIGKILL");
        }
      },
      TIMEOUT_MS,
    );
  },
);

/** Starts a server in the hub with a passage for this process; returns the server's URL from here. */
const serveIn = async ({ hub, wires }: Networks, ground: Ground, atTheEnd: (close: () => unknown) => void) => {
  const mesh = join(ground.folder, "networks.yaml");
  const listens = wires.map((_, i) => `127.0.0.1:${EDGE_PORT + i}`);
  writeFileSync(mesh, meshOf(`127.0.0.1:${SERVICE_PORT}`, listens));
  const flags = ["--mesh", mesh, "--listen", `0.0.0.0:${SERVER_PORT}`, "--insecure"];
  const serving = ground.run(hub.within([...SQUALL, "serve", ...flags, "--folder", join(ground.folder, "server")]), {
    SQUALL_HOSTS: wires.map((wire) => wire.hub).join(","),
  });
  await shows(serving, / at (https?:\/\/\S+?);/);
  const door = join(ground.folder, "door.sock");
  await shows(ground.run(hub.within([...RESIDENT, "door", door, String(SERVER_PORT)])), /open/);
  const passage = createServer((caller) => {
    const callee = connect(door);
    caller.pipe(callee).on("error", () => caller.destroy());
    callee.pipe(caller).on("error", () => callee.destroy());
  });
  await new Promise<void>((done) => passage.listen(0, "127.0.0.1", done));
  atTheEnd(() => passage.close());
  return `http://127.0.0.1:${(passage.address() as AddressInfo).port}`;
};

const agentIn = async (ground: Ground, { room, hub }: Wire, i: number): Promise<PlaneAgent> => {
  const name = `caller-${i}`;
  const control = join(ground.folder, `${name}.sock`);
  const flags = ["--server", `http://${hub}:${SERVER_PORT}`, "--service", name, "--instance", name];
  const agent = ground.run(room.within([...SQUALL, "agent", ...flags, "--control", control]));
  await shows(agent, /"event":"listening"/);
  return { ...agent, name, held: () => heldAt(control) };
};

interface Answered {
  readonly struck: boolean;
  /** Unix ms. */
  readonly askedMs: number;
  readonly answeredMs: number;
}
/** Starts the service behind the edge, and a caller that uses the edge. */
const trafficIn = async (ground: Ground, room: Room, i: number): Promise<Traffic & { readonly process: Process }> => {
  const ports = [SERVICE_PORT, EDGE_PORT + i].map(String);
  const process = ground.run(room.within([...RESIDENT, "traffic", ...ports]));
  const seen = { struckAskedMs: Number.NEGATIVE_INFINITY, struckMs: Number.NEGATIVE_INFINITY, struck: 0, answers: 0 };
  createInterface({ input: process.child.stdout! }).on("line", (line) => {
    if (!line.startsWith("{")) return;
    const { struck, askedMs, answeredMs } = JSON.parse(line) as Answered;
    seen.answers++;
    if (!struck) return;
    seen.struck++;
    seen.struckAskedMs = askedMs - performance.timeOrigin;
    seen.struckMs = answeredMs - performance.timeOrigin;
  });
  await shows(process, /open/);
  return Object.assign(seen, { process });
};
