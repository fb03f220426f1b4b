/**
 * A client and two callers that answer without their callee, by ROLE: `web` calls `stock` over HTTP, `till` calls `store`
 * over a line protocol on TCP. Both give up after 300 ms, open a connection for each call, and always answer 200. The client
 * calls both twenty times a second, whatever becomes of it, and waits for longer.
 */
import { createServer, request } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";

const { ROLE, PORT, STOCK = "", STORE = "", WEB = "", TILL = "" } = process.env;
const PATIENCE_MS = ROLE === "client" ? 3_000 : 300;
const EVERY_MS = 50;

const get = (base) =>
  new Promise((done) => {
    const asked = request(base, { agent: false, timeout: PATIENCE_MS }, (response) => {
      response.resume();
      response.on("close", done);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", done).end();
  });
const say = (address) =>
  new Promise((done) => {
    const [host, port] = address.split(":");
    const socket = connect(Number(port), host, () => socket.write("count\n"));
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on("data", () => socket.end());
    socket.on("error", () => {}).on("close", done);
  });
const answers = { web: () => get(STOCK), till: () => say(STORE), stock: async () => {}, client: async () => {} };

if (ROLE === "store")
  createTcpServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.end("7\n"));
  }).listen(Number(PORT), "127.0.0.1");
else
  createServer(async (_request, response) => {
    await answers[ROLE]();
    response.end("ok");
  }).listen(Number(PORT), "127.0.0.1");
if (ROLE === "client") for (const url of [WEB, TILL]) setInterval(() => get(url), EVERY_MS);
