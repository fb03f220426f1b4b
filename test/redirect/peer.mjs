// A service, or a caller, in a network of its own. Neither knows of any agent. A service answers with its name and the
// caller's address; the path /stream begins an answer without an end, a part each 100 ms. A caller takes calls as lines
// of JSON on stdin, and answers each with a line; `hosts`: addresses of the URL's name, tried in turn as a resolver gives
// them (Happy Eyeballs). A front answers each request by a call to another service; `fallback`
// answers well also when that call fails, `kept` calls on a kept connection.
import { Agent, createServer, request } from "node:http";
import { isIP } from "node:net";
import { createInterface } from "node:readline";

const [, , role, name, ...listens] = process.argv;
/** Look-up of a name with these addresses. */
const answering = (hosts) => (_name, _options, done) =>
  done(
    null,
    hosts.map((address) => ({ address, family: isIP(address) })),
  );
/** A kept connection is silent between calls: no keep-alive probe of TCP meets a cut. */
const KEPT = { keepAlive: true, maxSockets: 1, keepAliveMsecs: 600_000 };
if (role === "service") {
  const server = createServer((asked, answer) => {
    if (asked.url !== "/stream") return answer.end(`${name} ${answer.socket.remoteAddress.replace("::ffff:", "")}`);
    const timer = setInterval(() => answer.write("part\n"), 100);
    return answer.on("close", () => clearInterval(timer));
  });
  server.keepAliveTimeout = 600_000;
  const [port, host = "::"] = listens;
  server.listen({ port: Number(port), host }, () => process.stdout.write("listening\n"));
} else if (role === "front") {
  const [port, callee, ...modes] = listens;
  const kept = new Agent(KEPT);
  const answerWith = (asked) =>
    new Promise((done) => {
      const { host, connection, ...headers } = asked.headers;
      const agent = modes.includes("kept") ? kept : false;
      const call = request(callee, { agent, headers, timeout: 400 }, (reply) => {
        reply
          .resume()
          .on("end", () => done(reply.statusCode))
          .on("error", () => done(0));
      });
      call.on("error", () => done(0)).on("timeout", () => call.destroy());
      call.end();
    });
  createServer(async (asked, answer) => {
    const status = await answerWith(asked);
    answer.writeHead(status === 200 || modes.includes("fallback") ? 200 : 502).end(`${name} ${status}`);
  }).listen({ port: Number(port), host: "::" }, () => process.stdout.write("listening\n"));
} else {
  const pools = new Map();
  const poolOf = (key) => {
    if (!pools.has(key)) pools.set(key, new Agent(KEPT));
    return pools.get(key);
  };
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, url, pool, from, fromPort, hosts, timeoutMs = 5_000 } = JSON.parse(line);
    const begunMs = performance.now();
    let isOver = false;
    const over = (what) => {
      if (isOver) return;
      isOver = true;
      process.stdout.write(`${JSON.stringify({ id, ms: performance.now() - begunMs, ...what })}\n`);
    };
    const agent = pool === undefined ? false : poolOf(pool);
    const named = hosts === undefined ? {} : { autoSelectFamily: true, lookup: answering(hosts) };
    const how = { agent, timeout: timeoutMs, localAddress: from, localPort: fromPort, ...named };
    const asked = request(url, how, (answer) => {
      const reply = { status: answer.statusCode, isReused: asked.reusedSocket };
      let body = "";
      answer.setEncoding("utf8").on("data", (text) => {
        body += text;
        if (url.endsWith("/stream")) over({ ...reply, body });
      });
      answer.on("end", () => over({ ...reply, body })).on("error", () => over({ status: 0, body: "cut" }));
    });
    asked.on("error", ({ code, errors }) => over({ status: 0, body: String(errors?.at(-1).code ?? code) }));
    asked.on("timeout", () => {
      over({ status: 0, body: "timeout" });
      asked.destroy();
    });
    asked.end();
  });
  process.stdin.on("end", () => process.exit(0));
  process.stdout.write("listening\n");
}
