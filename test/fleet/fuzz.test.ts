/**
 * Thousands of hostile messages over real sockets at both ends of the agents' WebSocket: neither end crashes, and no
 * fault is injected.
 */
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { Agent } from "../../agent/agent.ts";
import { systemClock as agentClock } from "../../agent/clock/clock.ts";
import { CONTRACT_VERSION, type EdgeOrder, LEASE_MS } from "../../agent/contract/index.ts";
import { toAgent } from "../../agent/contract/schemas/to-agent.ts";
import { fixedToken } from "../../agent/credential/credential.ts";
import { Session } from "../../agent/session/session.ts";
import { asAgentBoot, asInstance } from "../../experiments/model/names.ts";
import { serveAgent } from "../../server/api/agents/socket.ts";
import { TimeSlice } from "../../server/api/agents/time-slice.ts";
import { systemClock } from "../../server/clock.ts";
import { SERVER_HOLDER } from "../../server/fleet/boot-owners.ts";
import { Fleet } from "../../server/fleet/fleet.ts";
import { noLog } from "../../server/log.ts";
import { RateLimitedLog } from "../../server/rate-limited-log.ts";
import { eventually } from "../agent/server.ts";
import { EDGES, fault, served } from "../agent/stage.ts";
import { ScriptedAgent } from "../server/scripted-agent.ts";
import { mutated, noise, toAgentMessage, toServerMessage } from "./messages.ts";
import { MESH } from "./puppet.ts";

const MESSAGES = 3_000;
/** Samples `count` messages of a kind; the same for a given seed, which is reported when the test fails. */
const some = <T>(words: fc.Arbitrary<T>, count: number, seed: number): readonly T[] =>
  fc.sample(words, { numRuns: count, seed });

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
const listen = async (server: HttpServer): Promise<string> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test("a server that hears thousands of hostile messages crashes nowhere, orders nobody anything, and serves the others on", async () => {
  const seed = 20_240_229;
  const fleet = new Fleet({ clock: systemClock, epoch: 3, mesh: MESH, onBoot: () => {}, log: noLog });
  const door = { clock: systemClock, log: new RateLimitedLog(noLog, systemClock), turns: new TimeSlice(systemClock) };
  cleanUps.push(() => door.log.close());
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, maxPayload: 8 * 2 ** 20 });
  sockets.on("connection", (socket, { url }) => {
    // Strangers have a credential other than the good agent's.
    const stranger = { ...SERVER_HOLDER, credential: "stranger", instance: asInstance("stranger"), service: "a" };
    const holder = url === "/stranger" ? stranger : SERVER_HOLDER;
    serveAgent(socket, { ...door, fleet: () => fleet, holder });
  });
  const url = await listen(http);
  cleanUps.push(() => fleet.close());
  const good = await ScriptedAgent.connect({ url, token: "t", instance: asInstance("good") });
  cleanUps.push(() => good.close());

  const words: unknown[] = [
    ...some(
      toServerMessage(good.boot, () => "s", CONTRACT_VERSION),
      MESSAGES / 4,
      seed,
    ),
    ...some(mutated(toServerMessage("stranger", () => "s", CONTRACT_VERSION)), MESSAGES / 2, seed),
  ].map((value) => JSON.stringify(value));
  words.push(...some(noise, MESSAGES / 4, seed), Buffer.from([0, 1, 2]));
  const heard: { readonly type: string; readonly faults?: readonly unknown[] }[] = [];
  const hello = {
    ...{
      type: "hello",
      v: CONTRACT_VERSION,
      version: "0",
      cluster: "",
      instance: asInstance("stranger"),
      service: null,
    },
    ...{ labels: {}, offers: [], boot: "stranger", pid: 1, process: null, predecessor: { boot: good.boot } },
    ...{ seen: { epoch: 0, gen: 0 }, table: { epoch: 0, gen: 0, ids: ["x"] } },
  };
  let sent = 0;
  /** Connects strangers in sequence: most are closed at their first message. */
  const attack = async (greets: boolean) => {
    while (words.length > 0) {
      const socket = new WebSocket(`${url.replace("http", "ws")}/stranger`);
      socket.on("error", () => {}).on("message", (data) => heard.push(JSON.parse(String(data))));
      await once(socket, "open");
      if (greets) socket.send(JSON.stringify(hello));
      // Most connections are closed at the first bad message, while later messages are still in flight.
      for (const word of words.splice(0, 5)) socket.send(word as string);
      sent += 5;
      await new Promise((resolve) => setImmediate(resolve));
      socket.terminate();
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, i) => attack(i % 2 === 0)));
  expect(sent).toBeGreaterThanOrEqual(MESSAGES);
  expect(heard.filter(({ type, faults }) => type === "renew" || (type === "apply" && faults!.length > 0))).toEqual([]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();

  await eventually(
    "the strangers are gone",
    () => fleet.instances().every(({ boot, connected }) => !connected || boot === good.boot) || undefined,
  );
  // The good agent was not disturbed, nor declared dead by a stranger that claimed to be its successor.
  expect(fleet.instances().find(({ boot }) => boot === good.boot)).toMatchObject({ ready: true, exited: false });
  const { attested, missing } = await fleet.haltAll();
  expect({ attested, missing }).toMatchObject({ attested: 1, missing: [] });
}, 60_000);

test("an agent that hears thousands of hostile messages crashes nowhere, holds nothing that is not a whole order, and still obeys a drop", async () => {
  const seed = 7_122_024;
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  const url = await listen(http);
  const attested = new Set<string>();
  let socket: WebSocket | null = null;
  let session = 0;
  let n = 0;
  sockets.on("connection", (connected) => {
    socket = connected;
    connected.on("message", (data) => {
      const said = JSON.parse(String(data)) as { type: string; nonce?: string; n?: number };
      if (said.type === "attest") attested.add(said.nonce!);
      if (said.type === "pulse") n = said.n!;
      const edges = EDGES as readonly EdgeOrder[];
      if (said.type === "hello")
        connected.send(
          JSON.stringify({ type: "welcome", session: `s${++session}`, epoch: 1, leaseMs: LEASE_MS, edges }),
        );
    });
  });
  let mine: Session | null = null;
  const agent = new Agent(
    { instance: asInstance("i"), version: "0" },
    {
      ...{ clock: agentClock, boot: asAgentBoot("boot"), pid: 1, log: () => {}, serve: async () => served() },
      send: (message) => mine?.send(message),
    },
  );
  const means = { clock: agentClock, random: () => 0, log: () => {}, onServed: () => {}, onServer: () => {}, tls: {} };
  mine = new Session(agent, { servers: [url], credential: fixedToken("t"), ...means });
  cleanUps.push(() => mine!.close());
  await eventually("the first pulse", () => n > 0 || undefined);

  let gen = 0;
  const order = () => ({
    ...{ type: "apply", session: `s${session}`, epoch: 1, gen: ++gen, basis: n, leaseMs: LEASE_MS },
    ...{ faults: [fault()], watches: [], allotments: {} },
  });
  const damagedOrders = some(mutated(fc.constant(0).map(() => order())), MESSAGES / 2, seed);
  const strangers = some(mutated(toAgentMessage), MESSAGES / 2, seed).map((value) => JSON.stringify(value));
  // Each garbage message costs the connection, and a redial.
  const garbage = some(noise, 60, seed);
  let held = 0;
  const say = async (text: string, isOrder: boolean) => {
    const before = socket;
    socket!.send(text);
    await new Promise((resolve) => setImmediate(resolve));
    if (agent.table.held.length > 0) {
      held++;
      // Any order that the agent holds passes the whole schema of the contract.
      expect(isOrder && toAgent.safeParse(JSON.parse(text)).success, text).toBe(true);
      agent.dropAll("the next one is to be seen by itself");
    }
    if (before!.readyState !== WebSocket.OPEN || agent.table.held.length > 0)
      await eventually("it dials again", () => (socket !== before && n > 0) || undefined);
  };
  for (const damaged of damagedOrders)
    await say(JSON.stringify({ ...(damaged as object), session: `s${session}`, basis: n }), true);
  for (const text of strangers) await say(text, false);
  for (const [i, text] of garbage.entries()) {
    await say(text, false);
    if (i % 20 !== 0) continue;
    await eventually("it is connected", () => socket!.readyState === WebSocket.OPEN || undefined);
    const nonce = `n${i}`;
    await eventually("it attests", () => {
      if (socket!.readyState === WebSocket.OPEN) socket!.send(JSON.stringify({ type: "drop", nonce }));
      return attested.has(nonce) || undefined;
    });
  }
  expect(held).toBeGreaterThan(0);
  expect(agent.remains()).toEqual({ live: 0, held: 0, wounded: 0, external: 0 });
}, 60_000);
