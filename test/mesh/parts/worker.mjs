// Accepts work at once (202), then calls $PAYMENTS $LATER_MS after the response, with the trace context of the request.
import { createServer, request } from "node:http";

const { PORT, PAYMENTS, LATER_MS } = process.env;
const [host, port] = PAYMENTS.split(":");

createServer((incoming, response) => {
  const { traceparent, tracestate } = incoming.headers;
  response.writeHead(202).end("accepted");
  if (traceparent === undefined) return;
  setTimeout(() => {
    const headers = { traceparent, tracestate };
    request({ host, port, method: "POST", path: "/charge", headers }, (answer) => answer.resume())
      .on("error", () => {})
      .end();
  }, Number(LATER_MS));
}).listen(Number(PORT), "127.0.0.1");
