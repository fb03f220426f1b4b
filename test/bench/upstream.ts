/** Upstream of the bench: nginx with a small response, behind every proxy. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NGINX } from "../../scripts/needs.ts";
import { freePort } from "../ports.ts";
import { until } from "../waiting.ts";
import { Caller, openSocket } from "./caller.ts";
import { startPinned } from "./pinned.ts";

export const BODY = "x".repeat(128);

export interface Upstream {
  readonly port: number;
  /** Requests received since the start, this question left out. */
  requests(): Promise<number>;
}

/** Waits until a port of this machine takes connections. */
export const untilListening = (port: number): Promise<void> =>
  until(`port ${port} takes connections`, async () => {
    try {
      (await openSocket(port)).destroy();
      return true;
    } catch {
      return false;
    }
  });

/** Command line of an nginx with a single worker; `servers` is the content of its block `http`. */
export const nginxCommand = (folder: string, name: string, servers: string): readonly string[] => {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const file = join(own, "nginx.conf");
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${own}/${kind};`)
    .join(" ");
  const kept = "keepalive_requests 1000000000; keepalive_timeout 1h;";
  writeFileSync(
    file,
    `daemon off; worker_processes 1; worker_rlimit_nofile 20000; pid ${own}/nginx.pid; error_log stderr crit;
events { worker_connections 18000; }
http { access_log off; ${kept} ${folders}
${servers}
}
`,
  );
  const nginx = NGINX.find();
  if (nginx === null) throw new Error("no nginx: `npm run setup -- --bench` installs it on Debian");
  return [nginx, "-p", own, "-c", file];
};

/** Starts the upstream on the core of the load. */
export const startUpstream = async (folder: string): Promise<Upstream> => {
  const [port, statusPort] = [await freePort(), await freePort()];
  const servers = `server { listen 127.0.0.1:${port} backlog=4096; location / { return 200 "${BODY}"; } }
server { listen 127.0.0.1:${statusPort}; location / { stub_status; } }`;
  startPinned("load", nginxCommand(folder, "upstream", servers));
  await Promise.all([port, statusPort].map(untilListening));
  const status = await Caller.open(statusPort);
  let asked = 0;
  const requests = async (): Promise<number> => {
    const { body } = await status.ask("GET / HTTP/1.1\r\nHost: status\r\n\r\n");
    asked++;
    // The third number of the third line counts requests (ngx_http_stub_status_module).
    return Number(/^ *\d+ +\d+ +(\d+)/m.exec(body.toString())![1]) - asked;
  };
  return { port, requests };
};
