// A service that starts only once: answers 200 on $PORT; a second start finds $MARK and ends with code 3.
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

if (existsSync(process.env.MARK)) process.exit(3);
writeFileSync(process.env.MARK, "");
createServer((_request, response) => response.end("ok")).listen(Number(process.env.PORT), "127.0.0.1");
