/** Subjects of the bench: a proxy process each, all in front of the same upstream. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Subject {
  readonly name: string;
  readonly port: number;
  /** Root of the subject's process tree; null: no proxy stands between load and upstream. */
  readonly pid: number | null;
  /** Transport tier of an agent; absent: the subject is no agent. */
  readonly tier?: string;
}

const found = (name: string) =>
  ["/usr/sbin", "/usr/bin", "/usr/local/bin"].map((folder) => join(folder, name)).find(existsSync);
/** Proxies share the first core, load and upstream the second; without `taskset` no process is pinned. */
const pinned = (core: 0 | 1, argv: readonly string[]) =>
  found("taskset") ? ["taskset", "-c", String(core), ...argv] : argv;

const children: ChildProcess[] = [];
const start = (core: 0 | 1, argv: readonly string[], env: Record<string, string> = {}): ChildProcess => {
  const [command, ...args] = pinned(core, argv);
  const child = spawn(command!, args, { stdio: ["pipe", "ignore", "inherit"], env: { ...process.env, ...env } });
  children.push(child);
  return child;
};
export const stopAll = () => {
  for (const child of children) child.kill("SIGTERM");
};

const listening = async (port: number): Promise<void> => {
  for (let attempt = 0; attempt < 200; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false)).on("connect", () => socket.destroy());
    });
    if (open) return;
    await sleep(25);
  }
  throw new Error(`nothing listens on 127.0.0.1:${port}`);
};

const nginx = (folder: string, name: string, server: string): string[] => {
  const file = join(folder, `${name}.conf`);
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${folder}/${name}.pid; error_log stderr crit;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; client_body_temp_path ${folder}/${name}-body; proxy_temp_path ${folder}/${name}-proxy;
fastcgi_temp_path ${folder}/${name}-f; uwsgi_temp_path ${folder}/${name}-u; scgi_temp_path ${folder}/${name}-s; ${server} }`,
  );
  return [found("nginx")!, "-p", folder, "-c", file];
};

/** The callee: nginx with a small response where installed, else node:http. */
export const startUpstream = async (folder: string, port: number): Promise<string> => {
  mkdirSync(folder, { recursive: true });
  const body = "x".repeat(128);
  if (found("nginx")) {
    start(
      1,
      nginx(folder, "upstream", `server { listen 127.0.0.1:${port} reuseport; location / { return 200 "${body}"; } }`),
    );
    await listening(port);
    return "nginx";
  }
  start(1, [
    process.execPath,
    "-e",
    `require("http").createServer((q, s) => s.end("${body}")).listen(${port}, "127.0.0.1")`,
  ]);
  await listening(port);
  return "node:http";
};

/** Calls a route of the control socket; `body` null: a GET. */
const onSocket = (socketPath: string, path: string, body: unknown): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const bytes = body === null ? "" : JSON.stringify(body);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(bytes) };
    const call = request({ socketPath, path, method: body === null ? "GET" : "POST", headers }, async (reply) => {
      let text = "";
      for await (const part of reply) text += part;
      if (reply.statusCode === 200) resolve(JSON.parse(text));
      else reject(new Error(`${path}: ${reply.statusCode}`));
    });
    call.on("error", reject).end(bytes);
  });
/** Transport tier of the agent behind a control socket; an agent before 0.1.0 does not say. */
const tierAt = async (control: string): Promise<string> => {
  const { transport } = (await onSocket(control, "/v1/status", null)) as {
    transport?: { readonly tier: string; readonly because: string | null };
  };
  if (transport === undefined) return "unknown";
  return transport.because === null ? transport.tier : `${transport.tier} (${transport.because})`;
};

/** Starts an agent alone, with a single HTTP edge; `faults` in file form are applied through the control socket. */
const startAgent = async (
  folder: string,
  name: string,
  port: number,
  upstream: number,
  faults: readonly object[],
  root = ".",
): Promise<Subject> => {
  const mesh = join(folder, `${name}.yaml`);
  writeFileSync(
    mesh,
    `apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: bench }
spec:
  services:
    caller: {}
    callee: { endpoints: ["127.0.0.1:${upstream}"] }
  edges:
    - { from: caller, to: callee, listen: "127.0.0.1:${port}" }
`,
  );
  const control = join(folder, `${name}.sock`);
  const child = start(0, [
    process.execPath,
    join(root, "cli/squall.js"),
    "agent",
    "--mesh",
    mesh,
    "--control",
    control,
  ]);
  await listening(port);
  if (faults.length > 0) await onSocket(control, "/v1/apply", { faults });
  return { name, port, pid: child.pid!, tier: await tierAt(control) };
};

const HTTP_PROXY = `const { createProxyServer } = require("http-proxy"); const http = require("http");
const proxy = createProxyServer({ target: "http://127.0.0.1:" + process.env.UPSTREAM, agent: new http.Agent({ keepAlive: true }) });
http.createServer((q, s) => proxy.web(q, s)).listen(+process.env.PORT, "127.0.0.1");`;

/**
 * Starts every subject that can run here; `left` names the rest. `against`: also start the agent of another checkout.
 */
export const startSubjects = async (
  folder: string,
  upstream: number,
  against: string | undefined,
): Promise<{ subjects: Subject[]; left: string[] }> => {
  const port = (index: number) => upstream + index;
  const subjects: Subject[] = [{ name: "direct", port: upstream, pid: null }];
  const left: string[] = [];
  subjects.push(await startAgent(folder, "agent, idle", port(1), upstream, []));
  const late = { name: "late", edge: { from: "caller", to: "callee" }, latency: { delay: "5ms" } };
  subjects.push(await startAgent(folder, "agent, 5 ms latency", port(2), upstream, [late]));
  if (against !== undefined) {
    subjects.push(await startAgent(folder, "other agent, idle", port(6), upstream, [], against));
    subjects.push(await startAgent(folder, "other agent, 5 ms latency", port(7), upstream, [late], against));
  }
  const proxy = start(0, [process.execPath, "-e", HTTP_PROXY], { PORT: String(port(3)), UPSTREAM: String(upstream) });
  await listening(port(3));
  subjects.push({ name: "http-proxy", port: port(3), pid: proxy.pid! });
  if (found("haproxy")) {
    const file = join(folder, "haproxy.cfg");
    writeFileSync(
      file,
      `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  option http-keep-alive
  http-reuse always
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend f
  bind 127.0.0.1:${port(4)}
  default_backend b
backend b
  server s 127.0.0.1:${upstream}
`,
    );
    const haproxy = start(0, [found("haproxy")!, "-f", file]);
    await listening(port(4));
    subjects.push({ name: "HAProxy", port: port(4), pid: haproxy.pid! });
  } else left.push("HAProxy");
  if (found("nginx")) {
    const server = `upstream u { server 127.0.0.1:${upstream}; keepalive 64; keepalive_requests 1000000000; }
server { listen 127.0.0.1:${port(5)} reuseport; location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ""; } }`;
    const child = start(0, nginx(folder, "proxy", server));
    await listening(port(5));
    subjects.push({ name: "nginx", port: port(5), pid: child.pid! });
  } else left.push("nginx");
  return { subjects, left };
};

/** CPU nanoseconds used by a process, including child processes and all threads (Linux: /proc, schedstat). */
export const cpuNs = (pid: number): number => {
  let sum = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]);
    const children = readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean);
    for (const child of children) sum += cpuNs(Number(child));
  }
  return sum;
};
export const residentMb = (pid: number): number => {
  const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kb ?? 0) / 1024;
};

/** Runs a window of load, with wrk where installed. Returns requests done, and latency in µs. */
export const load = (port: number, connections: number, seconds: number) => {
  const argv = pinned(1, ["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", `http://127.0.0.1:${port}/`]);
  const { stdout, status } = spawnSync(argv[0]!, argv.slice(1), { encoding: "utf8" });
  if (status !== 0) throw new Error("wrk failed: `npm run setup -- --bench` installs it on Debian");
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1] ?? 0);
  const unit = { us: 1, ms: 1_000, s: 1_000_000 } as const;
  const at = (percent: string) => {
    const [, value, scale] = new RegExp(`\\s${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout) ?? [];
    return Number(value ?? 0) * unit[(scale ?? "us") as keyof typeof unit];
  };
  const errors = /Socket errors|Non-2xx/.test(stdout);
  return { requests, p50: at("50"), p99: at("99"), errors };
};
