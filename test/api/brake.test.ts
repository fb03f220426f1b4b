/** Emergency halt from a shell: curl and raw sockets, with every body and content type that a hand may send. */
import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CURL } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";
import { experimentOf, TOKEN } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

const describeByCurl = needing(describe, lackOf(CURL));

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const run = promisify(execFile);
/** Status and body of `curl -X POST` with the administrator's token. */
const curl = async (path: string, ...more: readonly string[]) => {
  const args = [
    "-sS",
    "-m",
    "20",
    "-X",
    "POST",
    "-H",
    `Authorization: Bearer ${TOKEN}`,
    "-w",
    "\n%{http_code}",
    ...more,
  ];
  const { stdout } = await run("curl", [...args, `${stage.house.server.url}${path}`]);
  const at = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(at + 1)), text: stdout.slice(0, at) };
};
const gate = async () => (await stage.ask("GET /api/v1/gate")).body.halted as { reason: string } | null;
const release = () => stage.ask("POST /api/v1/release", { body: {} });

describeByCurl("a halt of everything", () => {
  it("needs no body, and takes one of any content type", async () => {
    const ways: readonly (readonly string[])[] = [
      [],
      ["-d", ""],
      ["-H", "Content-Type: application/json"],
      ["-H", "Content-Type: application/json", "-d", "{}"],
      ["-H", "Content-Type: application/json", "-d", "{"],
      ["-H", "Content-Type: application/json", "-d", "null"],
      ["-H", "Content-Type: application/json", "-d", "[1]"],
      ["-H", "Content-Type: application/json", "-d", '{"reasn":"x","__proto__":{"a":1}}'],
      ["-H", "Content-Type: application/json", "-d", '{"reason":5,"latch":"maybe"}'],
      ["-H", "Content-Type: text/plain", "-d", "stop it"],
      ["-H", "Content-Type: application/xml", "-d", "<halt/>"],
      ["-H", "Content-Type: application/octet-stream", "--data-binary", "\u0001\u0002"],
      ["-H", "Content-Type: not a type", "-d", "x"],
      ["-H", "Content-Type:", "-d", "x"],
      ["-H", "Transfer-Encoding: chunked", "-d", "stop it"],
      ["-H", "Content-Encoding: gzip", "-d", "x"],
      ["-H", "Expect: 100-continue", "-d", "x"],
      ["-F", "reason=a form"],
      ["-d", "a=b"],
    ];
    for (const way of ways) {
      await release();
      expect(await curl("/api/v1/halt", ...way), way.join(" ")).toMatchObject({ status: 200, text: '{"halted":[]}' });
      expect((await gate())?.reason, way.join(" ")).toMatch(/./);
    }
  });
  it("reads the reason wherever one stands, and says that there was none", async () => {
    const ways = [
      [["-d", '{"reason":"as JSON without its type"}'], "as JSON without its type"],
      [["-d", "reason=as a form&x=y"], "as a form"],
      [["-H", "Content-Type: text/plain", "-d", "as text"], "as text"],
      [["-H", "Content-Type: application/json", "-d", '{"reason":"kept","latch":7}'], "kept"],
      [["-d", `{"reason":"${"x".repeat(600)}"}`], "x".repeat(500)],
      [[], "no reason was given"],
    ] as const;
    for (const [way, reason] of ways) {
      await release();
      expect((await curl("/api/v1/halt", ...way)).status).toBe(200);
      expect((await gate())?.reason).toBe(reason);
    }
  });
  it("latches unless it was told not to, in words that it understood", async () => {
    for (const body of ['{"latch":false}', "latch=false", '{"reason":7,"latch":false,"x":1}']) {
      await release();
      expect((await curl("/api/v1/halt", "-d", body)).status).toBe(200);
      expect(await gate()).toBeNull();
    }
    expect((await curl("/api/v1/halt?latch=false&why=hurry")).status).toBe(200);
    expect(await gate()).not.toBeNull();
    await release();
  });
  it("waits for no body that does not come, and reads none to its end that is too long", async () => {
    const { hostname, port } = new URL(stage.house.server.url);
    const said = (head: string, body: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () =>
          socket.write(
            `POST /api/v1/halt HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n${head}\r\n\r\n${body}`,
          ),
        );
        socket.on("error", reject);
        socket.once("data", (part) => {
          resolve(String(part).split("\r\n")[0]!);
          socket.destroy();
        });
      });
    await release();
    expect(await said("Content-Length: 100", "reason=half")).toBe("HTTP/1.1 200 OK");
    expect((await gate())?.reason).toBe("half");
    await release();
    expect(await said("Content-Length: 3000000", "y".repeat(100_000))).toBe("HTTP/1.1 200 OK");
    expect(await gate()).not.toBeNull();
    await release();
  });
  it("is still nobody's without the token, and no other site's with a cookie", async () => {
    const url = `${stage.house.server.url}/api/v1/halt`;
    const { stdout } = await run("curl", ["-sS", "-X", "POST", "-o", "/dev/null", "-w", "%{http_code}", url]);
    expect(stdout).toBe("401");
    const signedIn = await stage.ask("POST /api/v1/session", { body: { token: TOKEN }, token: null });
    const cookie = String(signedIn.headers["set-cookie"]).split(";")[0]!;
    const form = { cookie, "content-type": "text/plain" };
    for (const headers of [form, { ...form, origin: "http://evil.example" }])
      expect((await stage.ask("POST /api/v1/halt", { body: "x", token: null, headers })).status).toBe(403);
    const own = { ...form, host: "localhost:1", origin: "http://localhost:1" };
    expect((await stage.ask("POST /api/v1/halt", { body: "x", token: null, headers: own })).status).toBe(200);
    await release();
  });
});

describeByCurl("a halt of one run", () => {
  it("takes anything as well", async () => {
    const ways = [
      [],
      ["-d", "enough"],
      ["-H", "Content-Type: application/json", "-d", "{}"],
      ["-d", '{"recover":"?"}'],
    ];
    for (const way of ways) {
      const id = await stage.house.start(experimentOf());
      expect(await curl(`/api/v1/runs/${id}/halt`, ...way)).toMatchObject({
        status: 200,
        text: `{"halted":["${id}"]}`,
      });
      expect((await stage.house.ended(id)).verdict).toBe("HALTED");
    }
    expect((await curl("/api/v1/runs/nobody/halt")).status).toBe(404);
  });
});
