// The smallest service: answers $STATUS (200) to everything, on $PORT.
import { createServer } from "node:http";

createServer((_request, response) => {
  response.statusCode = Number(process.env.STATUS ?? 200);
  response.end("ok");
}).listen(Number(process.env.PORT), "127.0.0.1");
