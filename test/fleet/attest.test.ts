/**
 * Proof of agents after a restart: a server is killed in mid-run, and impostors reach the next server before the agent.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { CLOSED, CONTRACT_VERSION, type ToAgent } from "../../agent/contract/index.ts";
import { asInstance } from "../../experiments/model/names.ts";
import { itOnPostgres, withPostgres } from "../postgres.ts";
import { experimentOf, listen, meshOf, newFolder, TOKEN, until } from "../server/house.ts";
import { ScriptedAgent } from "../server/scripted-agent.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Serving {
  readonly url: string;
  readonly child: ChildProcess;
  call<T>(method: string, path: string, body?: unknown, token?: string): Promise<T>;
}
const SERVE = join(import.meta.dirname, "../server/serve.mjs");
const serve = async (folder: string, upstream: string, database: readonly string[]): Promise<Serving> => {
  const argv = [SERVE, folder, JSON.stringify(meshOf(upstream)), TOKEN, ...database];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "ignore"] });
  cleanUps.push(() => child.kill("SIGKILL"));
  const [text] = await once(child.stdout!, "data");
  const url = String(text).trim();
  return {
    ...{ url, child },
    async call(method, path, body, token = TOKEN) {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const response = await fetch(`${url}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as never;
    },
  };
};

/** Says hello with the boot of another agent and attests each drop; returns the close code, or null if never closed. */
const attack = (url: string, token: string, hello: object): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/agent`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const timer = setTimeout(() => {
      resolve(null);
      socket.terminate();
    }, 1_500);
    socket.on("error", reject).on("open", () => socket.send(JSON.stringify(hello)));
    socket.on("message", (data) => {
      const said = JSON.parse(String(data)) as ToAgent;
      if (said.type !== "drop") return;
      const remains = { live: 0, held: 0, wounded: 0, external: 0 };
      const boot = (hello as { readonly boot: string }).boot;
      const proof = { boot, epoch: 0, gen: 0, remains, receipts: [], watches: [] };
      socket.send(JSON.stringify({ type: "attest", nonce: said.nonce, ...proof }));
    });
    socket.on("close", (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });

/**
 * Kills the leading server in mid-run. `standsBy`: a standby takes over; else the server is restarted on the same
 * folder.
 */
const tellsTheTruth = async (database: readonly string[], standsBy: boolean): Promise<void> => {
  const upstream = createServer((_request, response) => response.end("ok"));
  const address = await listen(upstream);
  cleanUps.push(() => upstream.close());
  const folder = newFolder();
  const first = await serve(folder, address, database);
  const standby = standsBy ? await serve(newFolder(), address, database) : null;
  const made = (body: object) => first.call<{ token: string }>("POST", "/api/v1/tokens", body);
  const joinWith = async (service: string, instance: string) => {
    const { token } = await made({ name: `${service}-${instance}`, role: "join", service });
    return (await first.call<{ token: string }>("POST", "/api/v1/agents/join", { instance }, token)).token;
  };
  const [own, beside] = [await joinWith("gateway", "gw-1"), await joinWith("gateway", "gw-1")];
  const other = (await made({ name: "payments", role: "agent", service: "payments" })).token;
  const agent = await ScriptedAgent.connect({
    url: first.url,
    token: own,
    instance: asInstance("gw-1"),
    service: "gateway",
  });
  cleanUps.push(() => agent.close());
  const run = { experiment: experimentOf({ during: "60s" }), attached: false };
  const { id } = await first.call<{ id: string }>("POST", "/api/v1/runs", run);
  await until("the fault is live", () => agent.isLive);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");

  const next = standby ?? (await serve(folder, address, database));
  await until("the next server leads", async () => (await fetch(`${next.url}/readyz`)).ok);
  const mark = { epoch: 0, gen: 0 };
  const hello = {
    ...{ type: "hello", v: CONTRACT_VERSION, version: "0", cluster: "", instance: "gw-1", service: null, labels: {} },
    ...{ offers: [], boot: agent.boot, pid: 1, process: null, predecessor: null, seen: mark },
    table: { ...mark, ids: [`${id}/payments is slow@gateway->payments`] },
  };
  expect(await attack(next.url, other, hello)).toBe(CLOSED.impostor);
  expect(await attack(next.url, other, { ...hello, v: CONTRACT_VERSION + 1 })).toBe(CLOSED.impostor);
  expect(await attack(next.url, beside, hello)).toBe(CLOSED.impostor);
  expect(await attack(next.url, beside, { ...hello, boot: "another-boot" })).toBe(CLOSED.impostor);
  const report = () => next.call<{ state: string; audit: { grade: string }[] }>("GET", `/api/v1/runs/${id}`);
  // The audit still waits for the agent: no impostor's attestation was accepted.
  expect(await report()).toMatchObject({ audit: [{ grade: "unknown", detail: "no answer" }] });

  Object.assign(agent.script, { url: next.url });
  await agent.open();
  await until("the run is finished", async () => (await report()).state === "finished");
  expect(await report()).toMatchObject({ verdict: "HALTED", because: "server-lost", audit: [{ grade: "attested" }] });
};

it("after a restart an expected agent is attested for by the credential that it had, and by no other (invariant 15)", () =>
  tellsTheTruth([], false));
itOnPostgres("after another server took over on PostgreSQL likewise", { timeout: 120_000 }, () =>
  withPostgres((url) => tellsTheTruth([url], true)),
);
