/**
 * A sidecar joins a real server over TLS: the sidecar shows a certificate and a join token, and gets a credential of
 * its own.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { noLog } from "../../server/log.ts";
import { type Server, startServer } from "../../server/server.ts";
import { freePort } from "../ports.ts";
import { itByOpenssl, newAuthority, type Pair, signedBy } from "../serve/certificates.ts";
import { TOKEN } from "../serve/ground.ts";
import { meshOf } from "../server/house.ts";
import { ask, spawnAgent, startAgent, startService } from "./process.ts";
import { eventually } from "./server.ts";

let folder: string;
let [authority, ours, theirs]: Pair[] = [];
let server: Server;
let service: Awaited<ReturnType<typeof startService>>;
let listen: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "squall-join-"));
  authority = newAuthority(folder, "authority");
  [ours, theirs] = [signedBy(authority, folder, "server"), signedBy(authority, folder, "agent")];
  service = await startService();
  listen = `127.0.0.1:${await freePort()}`;
  const mesh = meshOf(service.address);
  server = await startServer({
    ...{ folder: join(folder, "state"), token: TOKEN, allowExec: false, log: noLog },
    mesh: { ...mesh, edges: mesh.edges.map((edge) => ({ ...edge, listen })) },
    listen: { host: "127.0.0.1", port: 0 },
    tls: { cert: ours.cert, key: ours.key, clientCa: authority.cert },
  });
});
afterAll(async () => {
  await server.close();
  service.stop();
  rmSync(folder, { recursive: true, force: true });
});

const call = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    const asked = request(new URL(path, server.url), { method, headers, ca: authority!.cert }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      response.on("end", () =>
        response.statusCode! < 300 ? resolve(JSON.parse(text || "null")) : reject(new Error(text)),
      );
    });
    asked.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
interface Seen {
  readonly instance: string;
  readonly boot: string;
  readonly service: string | null;
  readonly labels: object;
  readonly edges: readonly string[];
  readonly ready: boolean;
}
const agents = async () => (await call<{ agents: readonly Seen[] }>("GET", "/api/v1/agents")).agents;
const ready = (instance: string) =>
  eventually(`${instance} is ready`, async () =>
    (await agents()).find((one) => one.instance === instance && one.ready),
  );

itByOpenssl(
  "a join token is exchanged once, for the credential of one instance, which is kept and found again",
  async () => {
    const { token } = await call<{ token: string }>("POST", "/api/v1/tokens", {
      name: "gw",
      role: "join",
      service: "gateway",
    });
    const [joinFile, credential] = [join(folder, "join"), join(folder, "credential")];
    writeFileSync(joinFile, token, { mode: 0o600 });
    const tls = ["--ca", authority!.certFile, "--cert", theirs!.certFile, "--key", theirs!.keyFile];
    const known = [...tls, "--credential", credential, "--join", joinFile];
    const who = ["--server", server.url, "--instance", "gw-1", "--label", "zone=a"];

    const first = await startAgent([...who, ...known]);
    const seen = await ready("gw-1");
    // The agent's service comes from the credential, though the agent named none.
    expect(seen).toMatchObject({ service: "gateway", labels: { zone: "a" }, edges: ["gateway->payments"] });
    expect((await ask({ host: "127.0.0.1", port: Number(listen.split(":")[1]) })).status).toBe(200);
    expect(statSync(credential).mode & 0o777).toBe(0o600);
    const kept = readFileSync(credential, "utf8").trim();
    expect(kept).not.toBe(token);
    expect(first.log()).not.toContain(kept);

    // The killed agent comes back: with the credential, and with word of the process before.
    first.kill("SIGKILL");
    await first.ended;
    rmSync(joinFile);
    const second = await startAgent([...who, ...known]);
    await eventually("it is another process", async () => (await ready("gw-1")).boot !== seen.boot || undefined);
    expect(readFileSync(credential, "utf8").trim()).toBe(kept);
    second.kill("SIGTERM");
    await second.ended;

    // The credential is that instance's alone, and no door to another service.
    for (const [instance, more, why] of [
      ["gw-2", [], "its credential is that of the instance gw-1, not of gw-2"],
      ["gw-1", ["--service", "payments"], "its credential is for the service gateway, not for payments"],
    ] as const) {
      const impostor = spawnAgent(["--server", server.url, "--instance", instance, ...more, ...known]);
      await eventually("it is told why", () => impostor.log().includes(why) || undefined);
      const there = (await agents()).filter((one) => one.ready);
      expect(there).toEqual([]);
      impostor.kill("SIGKILL");
      await impostor.ended;
    }
  },
);

itByOpenssl("without a certificate that the server knows, or a server that it knows, no token is shown", async () => {
  const bare = spawnAgent(["--server", server.url, "--ca", authority!.certFile, "--instance", "bare"]);
  const blind = spawnAgent(["--server", server.url, "--cert", theirs!.certFile, "--key", theirs!.keyFile]);
  try {
    const saysWhy = ({ log }: { log(): string }) => log().includes("no connection to the server");
    await eventually("both say why", () => (saysWhy(bare) && saysWhy(blind) ? true : undefined));
    expect(blind.log()).toMatch(/certificate|self.signed/i);
    expect((await agents()).filter(({ instance, ready: isReady }) => instance === "bare" && isReady)).toEqual([]);
    for (const agent of [bare, blind]) expect(agent.log()).not.toContain(TOKEN);
  } finally {
    for (const agent of [bare, blind]) {
      agent.kill("SIGKILL");
      await agent.ended;
    }
  }
  const half = spawnAgent(["--server", server.url, "--cert", theirs!.certFile]);
  expect(await half.ended).toBe(2);
  expect(half.log()).toContain("--cert and --key go together");
  expect(existsSync(join(folder, "state"))).toBe(true);
});

itByOpenssl(
  "a join token, a credential or a key that others can read is refused before anything is dialled",
  async () => {
    const key = join(folder, "open.key");
    copyFileSync(theirs!.keyFile, key);
    const [joinFile, credential] = [join(folder, "open.join"), join(folder, "open.credential")];
    for (const file of [joinFile, credential]) writeFileSync(file, "squall_secret");
    const who = ["--server", server.url, "--ca", authority!.certFile, "--instance", "open"];
    const private_ = ["--cert", theirs!.certFile, "--key", theirs!.keyFile];
    for (const [file, ...flags] of [
      [joinFile, ...private_, "--join", joinFile],
      [credential, ...private_, "--credential", credential],
      [key, "--cert", theirs!.certFile, "--key", key],
    ] as const) {
      chmodSync(file, 0o644);
      const refused = spawnAgent([...who, ...flags]);
      expect(await refused.ended).toBe(2);
      expect(refused.log()).toContain(`chmod 600 ${file}`);
      expect(refused.log()).not.toContain("squall_secret");
      // Running the printed command mends the problem.
      execFileSync("sh", ["-c", /chmod 600 .*$/m.exec(refused.log())![0]]);
      const taken = spawnAgent([...who, ...flags]);
      await eventually("it dials", () => /no connection to the server|session/.test(taken.log()) || undefined);
      taken.kill("SIGKILL");
      await taken.ended;
    }
  },
);
