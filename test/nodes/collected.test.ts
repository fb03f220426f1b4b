/**
 * Server whose garbage is collected between requests, over and over: statements and databases of the SQLite driver are
 * finalized while the server lives. Native code that does not fit this Node version aborts at that point.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openYard, pairMesh } from "../cli/squall.ts";
import { often } from "../soak.ts";

const ROUNDS = 10;
const COLLECTIONS = often(200, 1_000);

it(`answers on Node ${process.versions.node} after each of ${ROUNDS} times ${COLLECTIONS / ROUNDS} collections, and ends with 0`, async () => {
  const yard = openYard();
  try {
    yard.put("mesh.yaml", await pairMesh());
    const hook = join(import.meta.dirname, "collecting.mjs");
    const server = yard.start(["serve", "--mesh", "mesh.yaml", "--port", "0"], {
      NODE_OPTIONS: `--import=${hook}`,
      COLLECTIONS: String(COLLECTIONS / ROUNDS),
    });
    await server.shows("its token is in");
    const { url, token } = JSON.parse(readFileSync(join(yard.home, "serve/pair/server.json"), "utf8"));
    const headers = { authorization: `Bearer ${token}` };
    let heard = 0;
    server.child.stderr!.on("data", (text: string) => (heard += text.split("collected\n").length - 1));
    for (let round = 1; round <= ROUNDS; round++) {
      for (const path of ["/api/v1/runs", "/api/v1/agents", "/api/v1/audit", "/healthz"])
        expect((await fetch(`${url}${path}`, { headers })).status).toBe(200);
      server.child.kill("SIGUSR2");
      await expect.poll(() => heard, { timeout: 30_000 }).toBe(round);
      expect(server.child.exitCode ?? server.child.signalCode).toBeNull();
    }
    server.child.kill("SIGTERM");
    const { code, stderr } = await server.ended;
    expect({ code, signal: server.child.signalCode }, stderr).toEqual({ code: 0, signal: null });
  } finally {
    yard.remove();
  }
}, 180_000);
