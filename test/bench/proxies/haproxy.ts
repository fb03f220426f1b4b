/** HAProxy with a single thread; no faults. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HAPROXY } from "../../../scripts/needs.ts";
import { freePort } from "../../ports.ts";
import { untilListening } from "../listening.ts";
import { startPinned } from "../pinned.ts";
import { faultless, type ProxyKind, type ProxySetup, printedVersion } from "./proxy.ts";

const configOf = ({ protocol, upstream }: ProxySetup, port: number): string => `global
  nbthread 1
  maxconn 8000
defaults
  mode ${protocol}
${protocol === "http" ? "  option http-keep-alive\n  http-reuse always" : ""}
  timeout connect 5s
  timeout client 1h
  timeout server 1h
frontend f
  bind 127.0.0.1:${port} backlog 4096
  default_backend b
backend b
  server s 127.0.0.1:${upstream}
`;

export const HAPROXY_KIND: ProxyKind = {
  name: "HAProxy",
  find: HAPROXY.find,
  version: () => printedVersion(HAPROXY.find(), "-v"),
  protocols: ["http", "tcp"],
  faults: () => [],
  async start(setup) {
    const port = await freePort();
    const file = join(setup.folder, `haproxy-${port}.cfg`);
    writeFileSync(file, configOf(setup, port));
    const child = startPinned("proxies", [HAPROXY.find()!, "-f", file]);
    await untilListening(child, port);
    const remark = setup.protocol === "http" ? "connections to the upstream are pooled" : null;
    return { ...faultless("HAProxy", port, child), remark };
  },
};
