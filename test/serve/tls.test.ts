/** TLS, and certificates that agents have to show: tested with real handshakes. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { noLog } from "../../server/log.ts";
import { type Server, startServer } from "../../server/server.ts";
import { describeByOpenssl, newAuthority, type Pair, signedBy } from "./certificates.ts";
import { TOKEN } from "./ground.ts";

let folder: string;
let authority: Pair;
let server: Server;
let own: Pair;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "squall-tls-"));
  authority = newAuthority(folder, "authority");
  own = signedBy(authority, folder, "server");
  server = await startServer({
    ...{ folder: join(folder, "state"), mesh: null, token: TOKEN, allowExec: false, log: noLog },
    // With TLS a server may listen on every address of the machine.
    listen: { host: "0.0.0.0", port: 0 },
    tls: { cert: own.cert, key: own.key, clientCa: authority.cert },
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const port = () => Number(new URL(server.url).port);
const get = async (path: string, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) => {
  const asked = request({ host: "127.0.0.1", port: port(), path, headers, ca: authority.cert, agent: false });
  asked.end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  answer.resume();
  return answer;
};
/** Dials as an agent: returns the HTTP status of a refused upgrade, or the close code of an accepted connection. */
const dial = (client: Partial<Pair> = {}) =>
  new Promise<number>((resolve, reject) => {
    const socket = new WebSocket(`wss://127.0.0.1:${port()}/api/v1/agent`, {
      ...{ ca: authority.cert, cert: client.cert, key: client.key },
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    socket.on("unexpected-response", (_request, { statusCode }) => resolve(statusCode!));
    socket.on("open", () => socket.send("{}"));
    socket.on("close", resolve);
    socket.on("error", reject);
  });

describeByOpenssl("a server with certificates", () => {
  it("serves the API over TLS to whoever has a token, and tells browsers to stay with TLS", async () => {
    expect(server.url).toMatch(/^https:/);
    const answer = await get("/api/v1/runs");
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["strict-transport-security"]).toContain("max-age=");
    expect((await get("/api/v1/runs", {})).statusCode).toBe(401);
  });
  it("speaks no TLS older than 1.2", async () => {
    const socket = connect({
      host: "127.0.0.1",
      port: port(),
      ca: authority.cert,
      maxVersion: "TLSv1.1",
      minVersion: "TLSv1",
    });
    const [error] = await once(socket, "error");
    expect(String(error)).toMatch(/protocol|version|alert/i);
  });
  it("takes no agent without a certificate that its authority signed, token or not", async () => {
    const stranger = signedBy(newAuthority(folder, "other"), folder, "stranger");
    expect(await dial()).toBe(403);
    expect(await dial(stranger)).toBe(403);
    // The server accepts the TLS connection, then closes it because of the message sent.
    expect(await dial(signedBy(authority, folder, "agent"))).toBeGreaterThanOrEqual(1_000);
  });
  it("takes on a new certificate without closing what is open", async () => {
    const fingerprint = async () => {
      const socket = connect({ host: "127.0.0.1", port: port(), ca: authority.cert });
      await once(socket, "secureConnect");
      const { fingerprint256 } = socket.getPeerCertificate();
      return { socket, fingerprint256 };
    };
    const before = await fingerprint();
    const fresh = signedBy(authority, folder, "fresh");
    await server.reload({ cert: fresh.cert, key: fresh.key, clientCa: authority.cert });
    const after = await fingerprint();
    expect(after.fingerprint256).not.toBe(before.fingerprint256);
    expect(before.socket.readyState).toBe("open");
    before.socket.destroy();
    after.socket.destroy();
  });
});

describeByOpenssl("a server without certificates", () => {
  it("does not listen beyond loopback, unless it is told to", async () => {
    const config = { folder: join(folder, "plain"), mesh: null, token: TOKEN, allowExec: false, log: noLog };
    const listen = { host: "0.0.0.0", port: 0 };
    await expect(startServer({ ...config, listen })).rejects.toThrow("without TLS");
    const plain = await startServer({ ...config, listen, insecure: true });
    await plain.close();
  });
});
