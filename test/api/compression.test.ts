/** gzip for large responses, as curl and browsers request; never for events. */
import { execFile } from "node:child_process";
import { request } from "node:http";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CURL } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { takesGzip } from "../../server/api/compression.ts";
import { needing } from "../needing.ts";
import { experimentOf, TOKEN } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let run: string;
beforeAll(async () => {
  stage = await openStage();
  run = await stage.house.start(experimentOf());
  await stage.ask(`POST /api/v1/runs/${run}/halt`);
  await stage.house.ended(run);
});
afterAll(() => stage.close());

const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  new Promise<{ readonly status: number; readonly headers: Record<string, unknown>; readonly body: Buffer }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(stage.house.server.url);
      const own = { authorization: `Bearer ${TOKEN}`, ...headers };
      const asked = request({ hostname, port, path, method, headers: own, agent: false });
      asked.on("error", reject).on("response", (response) => {
        const parts: Buffer[] = [];
        const done = () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) });
        response.on("data", (part) => parts.push(part)).on("end", done);
        if (response.headers["content-type"]?.startsWith("text/event-stream")) response.once("data", done);
      });
      asked.end();
    },
  );
const GZIP = { "accept-encoding": "gzip, deflate, br" };

it("makes a large answer small, with the same content, a weak tag that still counts, and a word to caches", async () => {
  for (const path of [`/api/v1/runs/${run}/journal`, "/api/v1/openapi.json", "/api/v1/backup"]) {
    const plain = await ask(path);
    const zipped = await ask(path, GZIP);
    expect([path, plain.headers["content-encoding"], zipped.headers["content-encoding"]]).toEqual([
      path,
      undefined,
      "gzip",
    ]);
    expect([plain.headers.vary, zipped.headers.vary]).toEqual(["accept-encoding", "accept-encoding"]);
    expect(zipped.body.length).toBeLessThan(plain.body.length / 2);
    if (path === "/api/v1/backup") continue;
    expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true);
    expect(zipped.headers.etag).toBe(`W/${plain.headers.etag}`);
    const again = await ask(path, { ...GZIP, "if-none-match": String(zipped.headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  }
});
it("leaves alone what is small, streamed as it happens, or not asked for so", async () => {
  for (const path of [
    "/api/v1/gate",
    "/healthz",
    `/api/v1/runs/${run}/events`,
    "/api/v1/traffic/events",
    "/api/v1/verify",
  ])
    expect([path, (await ask(path, GZIP)).headers["content-encoding"]]).toEqual([path, undefined]);
  const journal = `/api/v1/runs/${run}/journal`;
  for (const header of ["", "identity", "br", "gzip;q=0", "gzip;q=0, *"])
    expect((await ask(journal, { "accept-encoding": header })).headers["content-encoding"]).toBeUndefined();
  expect((await ask(journal, GZIP, "HEAD")).status).toBe(200);
});
it("reads the header as RFC 9110 has it", () => {
  for (const header of ["gzip", "GZIP;q=0.5", "br, gzip ; q=1", "*", "x-gzip"]) expect(takesGzip(header)).toBe(true);
  for (const header of [undefined, "", "deflate", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzipped"])
    expect(takesGzip(header)).toBe(false);
});
needing(it, lackOf(CURL))("is what curl unpacks", async () => {
  const url = `${stage.house.server.url}/api/v1/runs/${run}/journal`;
  const args = ["-sS", "--compressed", "-H", `Authorization: Bearer ${TOKEN}`, url];
  const { stdout } = await promisify(execFile)("curl", args, { maxBuffer: 2 ** 26 });
  expect(JSON.parse(stdout).records.length).toBeGreaterThan(2);
});
