import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Recorder, startRecorder } from "../../agent/recording/recorder.ts";
import { freePort } from "../ports.ts";
import { ended, ROOT, squall, start, withHome } from "../tiny.ts";
import { until } from "../waiting.ts";

const basic = (name: string) => `Basic ${Buffer.from(`${name}:`).toString("base64")}`;
const portOf = (address: string) => Number(address.split(":").at(-1));

describe("the recording proxy", () => {
  let recorder: Recorder;
  let web: ReturnType<typeof createServer>;
  let echo: ReturnType<typeof createTcpServer>;
  let at: { web: string; echo: string };
  const sockets = new Set<Socket>();
  const addressOf = (server: { address(): unknown }) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeEach(async () => {
    web = createServer((asked, answer) => {
      const body: Buffer[] = [];
      asked.on("data", (bytes) => body.push(bytes));
      asked.on("end", () =>
        answer.end(JSON.stringify({ url: asked.url, headers: asked.headers, body: `${Buffer.concat(body)}` })),
      );
    }).listen(0, "127.0.0.1");
    web.on("upgrade", (_asked, socket) =>
      socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhello"),
    );
    echo = createTcpServer((socket) => {
      sockets.add(socket);
      socket.pipe(socket);
    }).listen(0, "127.0.0.1");
    await Promise.all([once(web, "listening"), once(echo, "listening")]);
    at = { web: addressOf(web), echo: addressOf(echo) };
    recorder = await startRecorder();
  });
  afterEach(async () => {
    await recorder.close();
    for (const socket of sockets) socket.destroy();
    web.close();
    web.closeAllConnections();
    echo.close();
  });

  const dial = async () => {
    const socket = connect(portOf(recorder.address), "127.0.0.1");
    await once(socket, "connect");
    return socket;
  };
  /** Reads until the wanted text has arrived. */
  const heard = (socket: Socket, wanted: string | Buffer) =>
    new Promise<string>((resolve, reject) => {
      let all = Buffer.alloc(0);
      socket.on("data", (bytes: Buffer) => {
        all = Buffer.concat([all, bytes]);
        if (all.includes(wanted)) resolve(all.toString("latin1"));
      });
      socket.on("close", () => reject(new Error(`closed after ${JSON.stringify(all.toString("latin1"))}`)));
    });
  const throughProxy = (path: string, body = "") =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = { host: at.web, "proxy-authorization": basic("checkout"), "x-kept": "1" };
      const asked = request(
        { port: portOf(recorder.address), host: "127.0.0.1", path, headers, method: "POST" },
        (answer) => {
          let text = "";
          answer.on("data", (bytes) => (text += bytes)).on("end", () => resolve({ status: answer.statusCode!, text }));
        },
      );
      asked.on("error", reject).end(body);
    });

  it("passes requests on as they came, without what was meant for it alone, and counts them", async () => {
    const big = "x".repeat(300_000);
    const replies = await Promise.all([1, 2, 3].map((i) => throughProxy(`http://${at.web}/path?i=${i}`, big)));
    const [first] = replies.map(({ text }) => JSON.parse(text));
    expect(first).toMatchObject({ url: "/path?i=1", body: big, headers: { host: at.web, "x-kept": "1" } });
    expect(first.headers).not.toHaveProperty("proxy-authorization");
    expect(recorder.calls()).toEqual([{ caller: "checkout", callee: at.web, protocol: "http", count: 3 }]);
  });

  it("answers 502 for a callee that is not there, and 400 to who takes it for a web server", async () => {
    const port = await freePort();
    expect((await throughProxy(`http://127.0.0.1:${port}/`)).status).toBe(502);
    expect((await throughProxy("/")).status).toBe(400);
  });

  it("tunnels CONNECT and sees whether requests or other bytes go through", async () => {
    for (const [callee, bytes] of [
      [at.web, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
      [at.echo, "\u0016\u0003\u0001 not http"],
    ] as const) {
      const socket = await dial();
      socket.write(
        `CONNECT ${callee} HTTP/1.1\r\nHost: ${callee}\r\nProxy-Authorization: ${basic("checkout")}\r\n\r\n`,
      );
      await heard(socket, "established\r\n\r\n");
      socket.write(bytes);
      await heard(socket, callee === at.web ? "200 OK" : "not http");
      socket.destroy();
    }
    expect(recorder.calls()).toEqual([
      { caller: "checkout", callee: at.web, protocol: "http", count: 1 },
      { caller: "checkout", callee: at.echo, protocol: "tcp", count: 1 },
    ]);
  });

  it("passes an upgrade on, with the bytes after it", async () => {
    const socket = await dial();
    socket.write(`GET http://${at.web}/ws HTTP/1.1\r\nHost: ${at.web}\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n`);
    expect(await heard(socket, "hello")).toContain("101 Switching Protocols");
    socket.destroy();
  });

  it("speaks SOCKS5, with a user name and without, byte by byte", async () => {
    const port = portOf(at.echo);
    const order = (kind: number, host: Buffer) => Buffer.from([5, 1, 0, kind, ...host, port >> 8, port & 255]);
    const named = Buffer.from([9, ...Buffer.from("localhost")]);
    for (const [greeting, ...rest] of [
      [Buffer.from([5, 1, 0]), order(1, Buffer.from([127, 0, 0, 1]))],
      [
        Buffer.from([5, 2, 0, 2]),
        Buffer.from("\u0001\u0008checkout\u0001x", "latin1"),
        order(1, Buffer.from([127, 0, 0, 1])),
      ],
    ] as const) {
      const socket = await dial();
      socket.setNoDelay(true);
      const answered = heard(socket, "ping over socks");
      for (const byte of Buffer.concat([greeting!, ...rest, Buffer.from("ping over socks")]))
        socket.write(Buffer.from([byte]));
      await answered;
      socket.destroy();
    }
    const callers = recorder.calls().map(({ caller, callee, protocol }) => [caller, callee, protocol]);
    expect(callers).toEqual([
      [null, at.echo, "tcp"],
      ["checkout", at.echo, "tcp"],
    ]);
    const refused = await dial();
    refused.write(Buffer.concat([Buffer.from([5, 1, 0]), Buffer.from([5, 2, 0, 3]), named, Buffer.from([0, 80])]));
    await heard(refused, Buffer.from([5, 7]));
  });

  it("outlives nonsense", async () => {
    for (const bytes of [
      "\u0005",
      "\u0005\u0001\u0009",
      "\u0000\u0001",
      "CONNECT nowhere HTTP/1.1\r\n\r\n",
      "GET\r\n\r\n",
    ]) {
      const socket = await dial();
      socket.on("error", () => {});
      socket.end(Buffer.from(bytes, "latin1"));
      socket.resume();
      await once(socket, "close");
    }
    expect((await throughProxy(`http://${at.web}/`)).status).toBe(200);
  });
});

describe("squall init", () => {
  const COMPOSE = "services:\n  web: { environment: { API: 'http://api:8080' } }\n  api: { expose: [8080] }\n";
  const inFolder = async (use: (folder: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), "squall-init-"));
    try {
      await use(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  it("writes a valid mesh from a compose file, and replaces no file unless told", () =>
    withHome((home) =>
      inFolder(async (folder) => {
        const [compose, out] = [join(folder, "compose.yaml"), join(folder, "mesh.yaml")];
        writeFileSync(compose, COMPOSE);
        const first = await squall(home, "init", "--from", "compose", compose, "--out", out);
        expect(first, first.stderr).toMatchObject({ code: 0 });
        expect(await squall(home, "validate", out)).toMatchObject({ code: 0 });
        const text = readFileSync(out, "utf8");
        expect(text).toContain("# web: put 127.0.0.1:17001 where API has api:8080");
        expect(await squall(home, "init", "--from", "compose", compose, "--out", out)).toMatchObject({
          code: 2,
          stderr: expect.stringContaining("--force replaces it"),
        });
        expect(await squall(home, "init", "--from", "compose", compose, "--out", "-")).toMatchObject({
          stdout: text,
        });
      }),
    ));

  it("records real traffic and writes who called whom, named after the process that answered", () =>
    withHome((home) =>
      inFolder(async (folder) => {
        const [port, listen] = [await freePort(), await freePort()];
        const script = join(folder, "payments.mjs");
        copyFileSync(join(ROOT, "test/service.mjs"), script);
        const service = spawn(process.execPath, [script], { env: { ...process.env, PORT: `${port}` } });
        const out = join(folder, "mesh.yaml");
        const child = start(home, ["init", "--from", "traffic", "--listen", `127.0.0.1:${listen}`, "--out", out]);
        try {
          const headers = { "proxy-authorization": basic("checkout") };
          await until("a call goes through", () => {
            const asked = request({ port: listen, host: "127.0.0.1", path: `http://127.0.0.1:${port}/`, headers });
            return new Promise((done) => {
              asked.on("response", (answer) => done(answer.resume().statusCode === 200)).on("error", () => done(false));
              asked.end();
            });
          });
          child.kill("SIGINT");
          expect(await ended(child)).toMatchObject({ code: 0 });
          const text = readFileSync(out, "utf8");
          expect(text).toContain(`payments: { endpoints: ["127.0.0.1:${port}"] }`);
          expect(text).toContain("from: checkout, to: payments");
          expect(await squall(home, "validate", out)).toMatchObject({ code: 0 });
        } finally {
          service.kill();
          child.kill("SIGKILL");
        }
      }),
    ));
});
