/** Proxies that the bench compares: a process each, all in front of the same upstream, and the faults that each can do. */
import { type ChildProcess, spawnSync } from "node:child_process";
import { request } from "node:http";
import { stopPinned } from "../pinned.ts";

/** Protocol of a proxy: HTTP/1.1 exchanges, or bytes alone. */
export type ProxyProtocol = "http" | "tcp";

/** Fault that the bench asks of a proxy, in the words of the bench. */
export type ProxyFault =
  | { readonly kind: "latency"; readonly delayMs: number; readonly toward: "callee" | "caller" }
  | { readonly kind: "abort"; readonly percent: number }
  /** A fault whose match meets no request: what remains is the cost of the search. */
  | { readonly kind: "unmatched" };

export interface ProxySetup {
  /** Folder for the proxy's files. */
  readonly folder: string;
  readonly protocol: ProxyProtocol;
  readonly upstream: number;
  /** Number of listeners, each in front of the upstream. */
  readonly edges: number;
  /** Faults that are put later: a proxy that is built with its faults prepares them. */
  readonly faults: readonly ProxyFault["kind"][];
}
export interface Subject {
  readonly name: string;
  /** Port of the first listener; 0: no listeners. */
  readonly port: number;
  /** Root of the process tree; null: no proxy stands between load and upstream. */
  readonly pid: number | null;
  /** Remark for the reader of the figures. */
  readonly remark: string | null;
  /** Makes this the only fault on every listener; null: no fault. Resolves when the proxy has said that it is so. */
  put(fault: ProxyFault | null): Promise<void>;
  stop(): Promise<void>;
}
export interface ProxyKind {
  readonly name: string;
  /** Program of the proxy; null: not installed here. */
  find(): string | null;
  /** Version of the program; null: the version is that of the checkout. */
  version(): string | null;
  readonly protocols: readonly ProxyProtocol[];
  /** Faults that the proxy has on this protocol. */
  faults(protocol: ProxyProtocol): readonly ProxyFault["kind"][];
  start(setup: ProxySetup): Promise<Subject>;
}

/** The first version number that a program prints; null: none. */
export const printedVersion = (program: string | null, flag: string): string | null => {
  if (program === null) return null;
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: "utf8" });
  return /\d+\.\d+\.\d+/.exec(`${stdout}${stderr}`)?.[0] ?? null;
};

/** Subject of a process that has no faults. */
export const faultless = (name: string, port: number, child: ChildProcess): Subject => ({
  ...{ name, port, pid: child.pid!, remark: null },
  async put(fault) {
    if (fault !== null) throw new Error(`${name} has no faults`);
  },
  stop: () => stopPinned(child),
});

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}
/** Calls the API of a proxy, by port or by the path of a socket; returns the JSON of the answer, or null. Rejects: no 2xx. */
export const callApi = (place: { port: number } | { socketPath: string }, call: Call): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const bytes = call.body === undefined ? "" : JSON.stringify(call.body);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(bytes) };
    const { method, path } = call;
    const asking = request({ host: "127.0.0.1", ...place, method, path, headers, agent: false }, async (answer) => {
      let text = "";
      for await (const part of answer) text += part;
      const { statusCode = 0 } = answer;
      if (statusCode < 200 || statusCode > 299) return reject(new Error(`${method} ${path}: ${statusCode} ${text}`));
      resolve(/^[[{]/.test(text) ? JSON.parse(text) : null);
    });
    asking.on("error", reject).end(bytes);
  });
