// A service of the test mesh. NEXT names where its callee is found; without it, it answers by itself. It waits 300 ms for its callee.
import { createServer, get } from "node:http";

const { PORT, NEXT } = process.env;
const ask = () =>
  new Promise((resolve) => {
    const request = get(`http://${NEXT}/stock`, { timeout: 300 }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    });
    request
      .on("timeout", () => request.destroy(new Error("timeout")))
      .on("error", (error) => {
        process.stderr.write(`${new Date().toISOString()} ${error.message}\n`);
        resolve(502);
      });
  });
createServer(async (request, response) => {
  const status = request.url === "/healthz" || NEXT === undefined ? 200 : await ask();
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ status }));
}).listen(Number(PORT), "127.0.0.1");
