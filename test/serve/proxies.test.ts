/** Recipes of docs/proxies.md with the real nginx and HAProxy: pages, streams, agents and health through each proxy. */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { request as tlsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { parseAllDocuments } from "yaml";
import { CURL, HAPROXY, NGINX, OPENSSL } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { openStage, type Stage } from "../api/stage.ts";
import { needing } from "../needing.ts";
import { freePort } from "../ports.ts";
import { experimentOf, TOKEN, until } from "../server/house.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/proxies.md"), "utf8");
const block = (info: string) => PAGE.split(`\`\`\`${info}\n`)[1]!.split("\n```")[0]!;
const NAME = "squall.example";

let folder: string;
let stage: Stage;
let upstream: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "squall-proxies-"));
  const subject = ["-subj", `/CN=${NAME}`, "-addext", `subjectAltName=DNS:${NAME}`];
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...ec, ...subject, "-keyout", "key.pem", "-out", "cert.pem"], {
    ...{ cwd: folder, stdio: "ignore" },
  });
  writeFileSync(join(folder, "both.pem"), readFileSync(join(folder, "cert.pem")));
  writeFileSync(join(folder, "both.pem"), readFileSync(join(folder, "key.pem")), { flag: "a" });
  stage = await openStage({ publicUrl: `https://${NAME}`, trustedProxies: ["127.0.0.1"], rates: { guesses: 3 } });
  upstream = new URL(stage.house.server.url).host;
});
afterAll(async () => {
  const ended = children.map((child) => child.exitCode ?? new Promise((done) => child.once("exit", done)));
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(ended);
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the proxy, and waits until the proxy forwards a request. */
const start = async (file: string, args: readonly string[], port: number): Promise<void> => {
  const child = spawn(file, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  children.push(child);
  let said = "";
  child.stderr!.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  await until(
    `${file} hands something on`,
    async () => {
      if (child.exitCode !== null) throw new Error(`${file} ended: ${said}`);
      // Requests go to each server in turn until the proxy's health checks have found the live server.
      for (let i = 0; i < 4; i++) if ((await get(port, "/healthz").catch(() => null))?.statusCode !== 200) return false;
      return true;
    },
    15_000,
  );
};
const ca = () => readFileSync(join(folder, "cert.pem"));
/** Sends a request to the proxy over TLS, under the name that the proxy serves. */
const get = (port: number, path: string, headers: Record<string, string> = {}, method = "GET") =>
  new Promise<IncomingMessage & { readonly text: string }>((resolve, reject) => {
    const target = { host: "127.0.0.1", port, path, method, servername: NAME, ca: ca(), agent: false };
    const asked = tlsRequest({ ...target, headers: { host: NAME, ...headers } });
    asked.on("error", reject);
    asked.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve(Object.assign(response, { text: Buffer.concat(parts).toString() })));
    });
    asked.end();
  });
const BEARER = { authorization: `Bearer ${TOKEN}` };

const nginxWith = (server: string) =>
  `daemon off; pid ${folder}/nginx-${children.length}.pid; error_log stderr crit; events { worker_connections 256; }
http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s; ${server} }`;
/** Starts nginx by the recipe, with the test's ports and files. */
const startNginx = async (change: (recipe: string) => string = (recipe) => recipe): Promise<number> => {
  const port = await freePort();
  const file = join(folder, `nginx-${port}.conf`);
  const recipe = change(block("nginx"))
    .replaceAll("127.0.0.1:4780", upstream)
    .replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
    .replace("/etc/nginx/squall.pem", join(folder, "cert.pem"))
    .replace("/etc/nginx/squall.key", join(folder, "key.pem"));
  writeFileSync(file, nginxWith(recipe));
  await start(NGINX.find()!, ["-p", folder, "-c", file], port);
  return port;
};
const startHaproxy = async (): Promise<number> => {
  const port = await freePort();
  const file = join(folder, "haproxy.cfg");
  const recipe = block("haproxy")
    .replaceAll("127.0.0.1:4780", upstream)
    .replaceAll("127.0.0.2:4780", `127.0.0.1:${await freePort()}`)
    .replace("bind :443 ssl crt /etc/haproxy/squall.pem", `bind 127.0.0.1:${port} ssl crt ${join(folder, "both.pem")}`);
  writeFileSync(file, `global\n  maxconn 200\n${recipe}\n`);
  await start(HAPROXY.find()!, ["-db", "-f", file], port);
  return port;
};

/** Tests of every feature that a recipe has to forward, through the proxy on `port`. */
const behaves = (through: () => number) => {
  it("hands on pages, their sign-in and their writes", async () => {
    expect((await get(through(), "/")).statusCode).toBe(200);
    const curl = async (...args: readonly string[]) => {
      const at = ["--resolve", `${NAME}:${through()}:127.0.0.1`, "--cacert", join(folder, "cert.pem")];
      const { stdout } = await promisify(execFile)("curl", ["-sS", ...at, ...args]);
      return stdout;
    };
    const url = `https://${NAME}:${through()}/api/v1`;
    const jar = join(folder, `jar-${through()}`);
    const json = ["-H", "Content-Type: application/json"];
    const origin = ["-H", `Origin: https://${NAME}`];
    const signIn = ["-c", jar, ...json, ...origin, "-d", JSON.stringify({ token: TOKEN }), `${url}/session`];
    expect(JSON.parse(await curl(...signIn))).toMatchObject({ name: "local", role: "admin" });
    expect(readFileSync(jar, "utf8")).toMatch(/__Host-squall-[0-9a-f]{8}/);
    const write = (from: readonly string[]) => curl("-b", jar, ...json, ...from, "-d", "{}", `${url}/release`);
    expect(JSON.parse(await write(origin))).toEqual({ halted: null });
    expect(JSON.parse(await write(["-H", `Origin: http://${NAME}`]))).toMatchObject({ code: "origin-not-allowed" });
    expect(await curl("-X", "POST", "-H", `Authorization: Bearer ${TOKEN}`, `${url}/halt`)).toBe('{"halted":[]}');
    expect(JSON.parse(await write(origin))).toEqual({ halted: null });
  });
  it("hands on each event of a run as it comes, and the 204 at its end", async () => {
    const run = await stage.house.start(experimentOf({ during: "1s" }));
    const came: { readonly id: number; readonly atMs: number }[] = [];
    const path = `/api/v1/runs/${run}/events`;
    const target = { host: "127.0.0.1", port: through(), path, servername: NAME, ca: ca(), agent: false };
    await new Promise<void>((resolve, reject) => {
      const asked = tlsRequest({ ...target, headers: { host: NAME, accept: "text/event-stream", ...BEARER } });
      asked.on("error", reject).on("response", (response) => {
        response.setEncoding("utf8").on("data", (text: string) => {
          for (const [, id] of text.matchAll(/^id: (\d+)$/gm)) came.push({ id: Number(id), atMs: performance.now() });
        });
        response.on("end", resolve);
      });
      asked.end();
    });
    expect(came.length).toBeGreaterThan(5);
    // A proxy that buffered the stream would forward all events at the end.
    expect(came.at(-1)!.atMs - came[0]!.atMs).toBeGreaterThan(1_000);
    expect((await get(through(), path, { ...BEARER, "last-event-id": String(came.at(-1)!.id) })).statusCode).toBe(204);
  });
  it("hands on an agent's connection, both ways", async () => {
    const url = `wss://127.0.0.1:${through()}/api/v1/agent`;
    const tls: ClientOptions & ConnectionOptions = { ca: ca(), servername: NAME };
    const socket = new WebSocket(url, { ...tls, headers: { host: NAME, ...BEARER } });
    const code = await new Promise<number>((resolve, reject) => {
      socket
        .on("open", () => socket.send("{}"))
        .on("error", reject)
        .on("close", resolve);
    });
    // A first message other than a hello is answered by the server's own close.
    expect(code).toBeGreaterThanOrEqual(4_000);
  });
  it("tells which client asks, so that one who guesses locks out nobody else", async () => {
    const guess = (from: string) =>
      get(through(), "/api/v1/gate", { authorization: "Bearer x", "x-forwarded-for": from });
    const lines = () => stage.house.log.filter((line) => line.includes("a token was refused"));
    expect((await guess("203.0.113.7")).statusCode).toBe(401);
    // The proxy's client is the test, on loopback like the proxy: the client address is the next entry of the header.
    expect(lines().join("\n")).toContain("address=203.0.113.7");
    expect((await get(through(), "/api/v1/gate", BEARER)).statusCode).toBe(200);
  });
  it("hands on HEAD, health and wrong methods as they are", async () => {
    expect((await get(through(), "/readyz", {}, "HEAD")).statusCode).toBe(200);
    expect((await get(through(), "/api/v1/mesh", BEARER, "HEAD")).headers.etag).toMatch(/^(W\/)?"/);
    const refused = await get(through(), "/api/v1/mesh", BEARER, "DELETE");
    expect([refused.statusCode, refused.headers.allow]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });
};

needing(describe, lackOf(NGINX, CURL, OPENSSL))("nginx by the recipe", () => {
  let port: number;
  beforeAll(async () => {
    port = await startNginx();
  });
  behaves(() => port);
});
needing(describe, lackOf(HAPROXY, CURL, OPENSSL))("HAProxy by the recipe", () => {
  let port: number;
  beforeAll(async () => {
    port = await startHaproxy();
  });
  behaves(() => port);
});

needing(describe, lackOf(NGINX, CURL, OPENSSL))("nginx with nothing but its defaults", () => {
  it("does not hold a stream back", async () => {
    const port = await freePort();
    const file = join(folder, "plain.conf");
    mkdirSync(join(folder, "plain"));
    writeFileSync(
      file,
      nginxWith(`server { listen 127.0.0.1:${port}; location / { proxy_pass http://${upstream}; } }`),
    );
    const child = spawn(NGINX.find()!, ["-p", folder, "-c", file], { cwd: folder, stdio: "ignore" });
    children.push(child);
    const first = () =>
      new Promise<string>((resolve, reject) => {
        const asked = request({
          host: "127.0.0.1",
          port,
          path: "/api/v1/traffic/events",
          headers: BEARER,
          agent: false,
        });
        asked.on("error", reject).on("response", (response) => {
          response.setEncoding("utf8").once("data", (text: string) => {
            resolve(text);
            asked.destroy();
          });
        });
        asked.end();
      });
    await until("nginx listens", async () => (await first().catch(() => "")).includes("event: traffic"), 15_000);
  });
});

describe("the ingress", () => {
  it("sends all of the host to the Service that publishes the leader alone", () => {
    const [service, ingress] = parseAllDocuments(block("yaml ingress")).map((document) => document.toJS());
    expect(service).toMatchObject({ kind: "Service", metadata: { name: "squall-leader" } });
    const [rule] = ingress.spec.rules;
    expect(rule.http.paths[0]).toMatchObject({ path: "/", pathType: "Prefix" });
    expect(rule.http.paths[0].backend.service.name).toBe(service.metadata.name);
    expect(service.spec.ports[0].name).toBe(rule.http.paths[0].backend.service.port.name);
    expect(ingress.spec.tls[0].hosts).toEqual([rule.host]);
    for (const value of Object.values(ingress.metadata.annotations)) expect(typeof value).toBe("string");
  });
});
