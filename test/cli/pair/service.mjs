// A service of the test mesh. NEXT names where its callee is found; without it, it answers by itself. It waits 300 ms for its callee,
// and passes the context of a trace on: which requests met a fault is then known by their marks, however busy the machine is.
import { createServer, get } from "node:http";

const { PORT, NEXT } = process.env;
const TRACE = ["traceparent", "tracestate", "baggage"];
const traceOf = ({ headers }) =>
  Object.fromEntries(TRACE.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
const ask = (incoming) =>
  new Promise((resolve) => {
    const headers = traceOf(incoming);
    const request = get(`http://${NEXT}/stock`, { timeout: 300, headers }, (response) => {
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
  const status = request.url === "/healthz" || NEXT === undefined ? 200 : await ask(request);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ status }));
}).listen(Number(PORT), "127.0.0.1");
