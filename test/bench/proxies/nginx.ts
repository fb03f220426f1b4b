/** nginx as a proxy with a single worker; no faults. */
import { NGINX } from "../../../scripts/needs.ts";
import { freePort } from "../../ports.ts";
import { untilListening } from "../listening.ts";
import { startPinned } from "../pinned.ts";
import { nginxCommand } from "../upstream.ts";
import { faultless, type ProxyKind, printedVersion } from "./proxy.ts";

const configOf = (port: number, upstream: number): string =>
  `upstream u { server 127.0.0.1:${upstream}; keepalive 256; keepalive_requests 1000000000; }
client_max_body_size 0; proxy_request_buffering off; proxy_buffers 4 64k; proxy_max_temp_file_size 0;
server { listen 127.0.0.1:${port} backlog=4096;
location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ""; } }`;

export const NGINX_KIND: ProxyKind = {
  name: "nginx",
  find: NGINX.find,
  version: () => printedVersion(NGINX.find(), "-v"),
  /** Debian's nginx has its TCP proxy in a module apart. */
  protocols: ["http"],
  faults: () => [],
  async start({ folder, upstream }) {
    const port = await freePort();
    const child = startPinned("proxies", nginxCommand(folder, `nginx-${port}`, configOf(port, upstream)));
    await untilListening(child, port);
    return { ...faultless("nginx", port, child), remark: "connections to the upstream are pooled" };
  },
};
