/** HTTP server on a worker thread: a test that blocks the main loop does not delay its answers. */
import { createServer } from "node:http";
import { parentPort } from "node:worker_threads";

let sockets = 0;
const server = createServer((request, response) => {
  const secret = request.headers["x-secret"];
  response.writeHead(Number(request.headers["x-status"] ?? 200), secret === undefined ? {} : { "x-echo": secret });
  setTimeout(() => response.end(`ok ${secret ?? ""}`), Number(request.headers["x-delay"] ?? 0));
});
server.on("connection", (socket) => {
  sockets++;
  socket.on("close", () => {
    sockets--;
  });
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage({ port: server.address().port }));
parentPort.on("message", () => parentPort.postMessage({ sockets }));
