/** Hostile documents and requests: refused with a clear error, and the server goes on. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noLog } from "../../server/log.ts";
import { type Server, startServer } from "../../server/server.ts";
import { TOKEN } from "./ground.ts";

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "squall-hostile-"));
  server = await startServer({
    ...{ folder: join(folder, "state"), mesh: null, token: TOKEN, allowExec: false, log: noLog },
    listen: { host: "127.0.0.1", port: 0 },
  });
  writeFileSync(join(folder, "secret.txt"), "canary-of-the-disk");
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends a raw request: neither path nor body is normalized on the way. */
const raw = (method: string, path: string, body = ""): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const head = [
      `${method} ${path} HTTP/1.1`,
      ...[`Host: ${host}`, `Authorization: Bearer ${TOKEN}`, "Content-Type: application/json", "Connection: close"],
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => text === "" && reject(error));
    socket.on("close", () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text }));
    socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  });
const isWell = async () => (await raw("GET", "/healthz")).status === 200;

const envelope = (spec: string, more = "") =>
  `{"apiVersion":"squall.dev/v1","kind":"Experiment","metadata":{"name":"x"},${more}"spec":${spec}}`;
const HARMFUL: Readonly<Record<string, string>> = {
  "a prototype": envelope("{}", '"__proto__":{"isAdmin":true},'),
  "a prototype further down": envelope('{"hypothesis":[{"__proto__":{"x":1}}]}'),
  "a constructor's prototype": envelope('{"constructor":{"prototype":{"isAdmin":true}}}'),
  "ten thousand levels": envelope(`${"[".repeat(10_000)}${"]".repeat(10_000)}`),
  "a thousand levels of maps": envelope(`${'{"a":'.repeat(1_000)}1${"}".repeat(1_000)}`),
  "more than the largest body": envelope(`"${"x".repeat(3 * 2 ** 20)}"`),
  "a hundred thousand keys": envelope(`{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join()}}`),
  "a hundred thousand mistakes": envelope(`{"faults":[${Array.from({ length: 100_000 }, () => "{}").join()}]}`),
  "no JSON at all": "&a [*a, *a]",
  "a name that is a path": envelope("{}").replace('"x"', '"../../etc/passwd"'),
};

describe("a hostile document", () => {
  it("is refused, whatever is done with it, and changes nothing for others", async () => {
    for (const [what, document] of Object.entries(HARMFUL))
      for (const [method, path, body] of [
        ["PUT", "/api/v1/documents/Experiment/x", document],
        ["POST", "/api/v1/plan", `{"experiment":${document}}`],
        ["POST", "/api/v1/runs", `{"experiment":${document}}`],
      ] as const) {
        const { status, text } = await raw(method, path, body);
        expect(status, `${what} by ${method} ${path}: ${text.slice(0, 300)}`).toBeGreaterThanOrEqual(400);
        expect(status, `${what} by ${method} ${path}: ${text.slice(0, 300)}`).toBeLessThan(500);
        expect(text, what).toMatch(/"message":"[^"]/);
      }
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    expect(await isWell()).toBe(true);
  });
});

describe("a path that climbs", () => {
  it("reaches no file", async () => {
    const climbs = [
      "../",
      "..%2f",
      "%2e%2e/",
      "%2e%2e%2f",
      "..\\",
      "..%5c",
      "%252e%252e%252f",
      "....//",
      "%c0%ae%c0%ae/",
    ];
    const target = `${folder.slice(1)}/secret.txt`;
    const paths = climbs.flatMap((climb) => [
      `/${climb.repeat(12)}${target}`,
      `/assets/${climb.repeat(12)}${target}`,
      `/api/v1/documents/Experiment/${climb.repeat(12)}${target}`,
      `/api/v1/runs/${climb.repeat(3)}secret.txt`,
    ]);
    for (const path of [...paths, "/assets/%00", "/assets/.", "/assets/..", "//etc/passwd", `/${"a/".repeat(5_000)}`]) {
      const { status, text } = await raw("GET", path);
      expect(text, path).not.toContain("canary-of-the-disk");
      expect(status, `${path.slice(0, 60)}: ${text.slice(0, 200)}`).toBeGreaterThanOrEqual(400);
      expect(status, path.slice(0, 60)).toBeLessThan(500);
    }
    expect(await isWell()).toBe(true);
  });
});
