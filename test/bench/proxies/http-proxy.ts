/** http-proxy, npm's usual proxy on node:http; no faults. */
import { createRequire } from "node:module";
import { freePort } from "../../ports.ts";
import { untilListening } from "../listening.ts";
import { startPinned } from "../pinned.ts";
import { faultless, type ProxyKind } from "./proxy.ts";

const PROGRAM = `const { createProxyServer } = require("http-proxy"); const http = require("http");
const agent = new http.Agent({ keepAlive: true });
const proxy = createProxyServer({ target: "http://127.0.0.1:" + process.env.UPSTREAM, agent });
http.createServer({ keepAliveTimeout: 3600000, noDelay: true }, (q, s) => proxy.web(q, s)).listen(+process.env.PORT, "127.0.0.1");`;

export const HTTP_PROXY_KIND: ProxyKind = {
  name: "http-proxy",
  find: () => process.execPath,
  version: () => (createRequire(import.meta.url)("http-proxy/package.json") as { version: string }).version,
  protocols: ["http"],
  faults: () => [],
  async start({ upstream }) {
    const port = await freePort();
    const env = { PORT: String(port), UPSTREAM: String(upstream) };
    const child = startPinned("proxies", [process.execPath, "-e", PROGRAM], { env });
    await untilListening(child, port);
    return { ...faultless("http-proxy", port, child), remark: "connections to the upstream are pooled" };
  },
};
