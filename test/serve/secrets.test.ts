// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how variables are written in files
/**
 * Canary secrets (invariant 24): each secret given to a server is a unique word, and no secret is found in anything
 * that the server answers, logs or stores.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agentReady, ask, experimentOf, finished, type Ground, openGround, start, TOKEN } from "./ground.ts";

const canary = (what: string) => `canary-${what}-7c1d9e5b`;
const SECRETS = {
  webhook: canary("webhook"),
  command: canary("command"),
  allowed: canary("allowed"),
  redacted: canary("redacted"),
  unlisted: canary("unlisted"),
};
const CONFIG = (hook: string) => `
log: { level: debug, format: json }
envAllow: [ALLOWED]
webhooks: [{ name: ops, url: "${hook}", events: [start, halt, verdict, preflight], secret: "\${HOOK_SECRET}" }]
commands:
  tell-all:
    command: [node, -e, "console.log(process.env.COMMAND_SECRET, process.env); process.exitCode = 3"]
    env: { COMMAND_SECRET: "${SECRETS.command}" }
`;

let ground: Ground;
let hook: { readonly url: string; readonly bodies: string[]; close(): void };
beforeEach(async () => {
  ground = await openGround();
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      bodies.push(body);
      response.end('{"allow":true}');
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  hook = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies, close: () => server.close() };
});
afterEach(async () => {
  hook.close();
  await ground.close();
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
const ROUTES = [
  ...["/api/v1/runs", "/api/v1/agents", "/api/v1/mesh", "/api/v1/documents", "/api/v1/documents/Experiment/stored"],
  ...["/api/v1/documents/Experiment/stored/versions", "/api/v1/schedules", "/api/v1/claims", "/api/v1/tokens"],
  ...[
    "/api/v1/audit",
    "/api/v1/session",
    "/api/v1/server",
    "/api/v1/gate",
    "/api/v1/backup",
    "/api/v1/verify",
    "/metrics",
  ],
];

const ticketOf = async (url: string): Promise<string> => {
  const { status, body } = await ask(url, "/api/v1/session/ticket", { method: "POST", body: {} });
  expect(status).toBe(201);
  return (body as { ticket: string }).ticket;
};

describe("invariant 24: the secrets of a server", () => {
  it("are found in no answer, report, journal, log, metric, webhook or file", async () => {
    const config = join(ground.folder, "squall-server.yaml");
    writeFileSync(config, CONFIG(hook.url));
    const serving = await ground.serve("secrets", ["--config", config], {
      ...{ HOOK_SECRET: SECRETS.webhook, ALLOWED: SECRETS.allowed, UNLISTED: SECRETS.unlisted },
    });
    const { url } = serving;
    await ground.agent([url]);
    await agentReady(url);

    // Secrets in headers, in names, in URLs, and in a command's output.
    const probe = (secret: string) => ({
      name: `asks with ${secret}`,
      http: { url: `${ground.edge}/?key=${secret}`, headers: { "x-key": secret }, every: "50ms" },
      good: { status: "418", within: "200ms" },
      objective: "90%",
    });
    const told = {
      name: "a command",
      process: { run: "tell-all", every: "200ms" },
      good: { exit: 3, body: "all", within: "200ms" },
      minSamples: 1,
      objective: "90%",
    };
    const document = experimentOf(ground, { name: "stored", spec: { hypothesis: [probe("${ALLOWED}"), told] } });
    const put = await ask(url, "/api/v1/documents/Experiment/stored", { method: "PUT", body: document });
    expect(put, JSON.stringify(put.body)).toMatchObject({ status: expect.toSatisfy((status) => status < 300) });
    const stored = await ask(url, "/api/v1/runs", {
      method: "POST",
      body: { stored: { name: "stored" }, attached: false },
    });
    expect(stored.status, JSON.stringify(stored.body)).toBeLessThan(300);
    const runs = [
      (stored.body as { id: string }).id,
      await start(url, experimentOf(ground, { name: "direct", spec: { hypothesis: [probe(SECRETS.redacted)] } }), {
        redact: [SECRETS.redacted],
      }),
    ];
    for (const run of runs) expect(await finished(url, run)).toMatchObject({ verdict: expect.any(String) });

    const unlisted = experimentOf(ground, { name: "unlisted", spec: { hypothesis: [probe("${UNLISTED}")] } });
    const refused = await ask(url, "/api/v1/documents/Experiment/unlisted", { method: "PUT", body: unlisted });
    expect(refused).toMatchObject({ status: 422, body: { message: expect.stringContaining("--env-allow") } });
    expect((await ask(url, "/api/v1/runs", { headers: { authorization: `Bearer ${SECRETS.redacted}` } })).status).toBe(
      401,
    );

    // The first ticket is used twice, the second never.
    const tickets = [await ticketOf(url), await ticketOf(url)] as const;
    const enter = () => ask(url, "/api/v1/session", { method: "POST", body: { ticket: tickets[0] } });
    expect([(await enter()).status, (await enter()).status]).toEqual([201, 401]);

    const heard: Record<string, string> = {};
    const paths = [...ROUTES, ...runs.flatMap((run) => [`/api/v1/runs/${run}`, `/api/v1/runs/${run}/journal`])];
    for (const path of paths) heard[path] = JSON.stringify((await ask(url, path)).body);
    heard["the webhooks"] = hook.bodies.join("\n");
    serving.child.kill("SIGTERM");
    expect(await serving.ended).toBe(0);
    heard["the log"] = serving.text();
    for (const path of filesIn(join(ground.folder, "secrets"))) heard[path] = readFileSync(path, "latin1");

    // Each secret was really used; otherwise the absence of a secret would prove no redaction.
    expect(heard["the webhooks"]).toContain("stored");
    expect(heard[`/api/v1/runs/${runs[0]}/journal`]).toContain("[redacted]");
    expect(heard["/api/v1/audit"]).toContain("POST /api/v1/session/ticket");
    const secrets = { ...SECRETS, token: TOKEN, used: tickets[0], unused: tickets[1] };
    const found = Object.entries(secrets).flatMap(([name, secret]) =>
      [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64").replace(/=+$/, "")].flatMap((form) =>
        Object.entries(heard).flatMap(([where, text]) => (text.includes(form) ? [`${name} in ${where}`] : [])),
      ),
    );
    expect(found).toEqual([]);
  });
});
