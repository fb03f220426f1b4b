/** Upstreams of the bench, behind every proxy: nginx with a small answer, and the callee of transfers. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NGINX } from "../../scripts/needs.ts";
import { freePort } from "../ports.ts";
import { Caller } from "./caller.ts";
import { untilListening } from "./listening.ts";
import { startPinned } from "./pinned.ts";

export const BODY = "x".repeat(128);

/** `answers`: a small answer to every request, as fast as nginx gives one. `transfers`: bodies of any size, checked. */
export type UpstreamKind = "answers" | "transfers";
export interface Upstream {
  readonly port: number;
  /** Requests received since the start, this question left out. Rejects: the upstream does not count. */
  requests(): Promise<number>;
}

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

/** Starts nginx on the core of the load. */
const startAnswers = async (folder: string): Promise<Upstream> => {
  const [port, statusPort] = [await freePort(), await freePort()];
  const servers = `server { listen 127.0.0.1:${port} backlog=4096; location / { return 200 "${BODY}"; } }
server { listen 127.0.0.1:${statusPort}; location / { stub_status; } }`;
  const nginx = startPinned("load", nginxCommand(folder, "upstream", servers));
  for (const each of [port, statusPort]) await untilListening(nginx, each);
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

const startTransfers = async (): Promise<Upstream> => {
  const port = await freePort();
  const program = join(import.meta.dirname, "callee.ts");
  const callee = startPinned("load", [process.execPath, "--import", "tsx", program], { env: { PORT: String(port) } });
  await untilListening(callee, port);
  return { port, requests: () => Promise.reject(new Error("the callee of transfers does not count requests")) };
};

const STARTS = { answers: startAnswers, transfers: startTransfers } as const satisfies Record<
  UpstreamKind,
  (folder: string) => Promise<Upstream>
>;
/** Returns a function that gives the upstream of a kind, started on the core of the load when first wanted. */
export const openUpstreams = (folder: string): ((kind: UpstreamKind) => Promise<Upstream>) => {
  const started = new Map<UpstreamKind, Promise<Upstream>>();
  return (kind) => {
    const upstream = started.get(kind) ?? STARTS[kind](folder);
    started.set(kind, upstream);
    return upstream;
  };
};
