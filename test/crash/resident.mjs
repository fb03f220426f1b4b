/**
 * Lives in a network of its own, for a test that is outside of it:
 *   node resident.mjs door SOCKET PORT      who connects to the unix socket reaches that port
 *   node resident.mjs traffic SERVICE EDGE  serves one port, and asks the other ten times a second; a line for each answer
 */
import { Agent, createServer, request } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";

const HOST = "127.0.0.1";
const [role, first, second] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${line}\n`);
const unixMs = () => performance.timeOrigin + performance.now();

const door = (socket, port) =>
  createTcpServer((caller) => {
    const callee = connect(Number(port), HOST);
    caller.pipe(callee).on("error", () => caller.destroy());
    callee.pipe(caller).on("error", () => callee.destroy());
  }).listen(socket, () => say("open"));

const traffic = (service, edge) => {
  createServer((_request, response) => response.end("ok")).listen(Number(service), HOST, () => say("open"));
  const connections = new Agent({ keepAlive: true });
  const ask = () => {
    const askedMs = unixMs();
    const again = () => setTimeout(ask, 100);
    const call = request({ host: HOST, port: Number(edge), agent: connections, timeout: 15_000 }, (response) => {
      say(JSON.stringify({ struck: response.headers["x-struck"] !== undefined, askedMs, answeredMs: unixMs() }));
      response.resume().once("close", again);
    });
    call.once("timeout", () => call.destroy()).once("error", again);
    call.end();
  };
  ask();
};

if (role === "door") door(first, second);
else traffic(first, second);
