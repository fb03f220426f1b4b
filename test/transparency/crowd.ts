/** Many callers at once, and a callee for them in a process of its own, which can be stopped and counted. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { PYTHON } from "../../scripts/needs.ts";

/** Number of open descriptors of a process. */
export const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

export interface CrowdCallee {
  readonly port: number;
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  close(): Promise<void>;
}
export const startCrowdCallee = async (): Promise<CrowdCallee> => {
  const child: ChildProcess = spawn(PYTHON.find()!, ["-u", join(import.meta.dirname, "crowd.py")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const [port] = await once(child.stdout!, "data");
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  return {
    ...{ port: Number(port), pid: child.pid!, kill },
    async close() {
      kill("SIGKILL");
      await ended;
    },
  };
};

export type CrowdEnd = "answered" | "refused" | "reset" | "cut" | "timed out";
interface CrowdCaller {
  readonly path: string;
  /** End of the caller's wait, ms: it closes then. */
  readonly patienceMs: number;
  /** Sends FIN behind the request. */
  readonly halfCloses?: boolean;
  /** Closes as soon as the answer is whole; otherwise waits for the callee to close. */
  readonly closesFirst?: boolean;
}
const ANSWER = /^HTTP\/1\.1 200 [\s\S]*\r\n\r\nok$/;
/** Sends a request on a connection of its own. */
export const call = (port: number, caller: CrowdCaller): Promise<CrowdEnd> =>
  new Promise((resolve) => {
    const { path, patienceMs, halfCloses = false, closesFirst = true } = caller;
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    let [text, isOpen] = ["", false];
    const leave = (end: CrowdEnd) => {
      clearTimeout(alarm);
      socket.destroy();
      resolve(end);
    };
    const alarm = setTimeout(() => leave("timed out"), patienceMs);
    socket.on("connect", () => {
      isOpen = true;
      socket.write(`GET ${path} HTTP/1.1\r\nHost: callee\r\n\r\n`);
      if (halfCloses) socket.end();
    });
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      if (closesFirst && ANSWER.test(text)) leave("answered");
    });
    socket.on("end", () => leave(ANSWER.test(text) ? "answered" : "cut"));
    socket.on("error", () => leave(isOpen ? "reset" : "refused"));
  });
/** Number of callers by their end. */
export const tally = (ends: readonly CrowdEnd[]): Readonly<Partial<Record<CrowdEnd, number>>> => {
  const counts: Partial<Record<CrowdEnd, number>> = {};
  for (const end of ends) counts[end] = (counts[end] ?? 0) + 1;
  return counts;
};
export const callAll = async (port: number, count: number, caller: CrowdCaller): Promise<ReturnType<typeof tally>> =>
  tally(await Promise.all(Array.from({ length: count }, () => call(port, caller))));

/** Connections that stay open and idle. */
export const openIdle = async (port: number, count: number): Promise<readonly Socket[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ port, host: "127.0.0.1" });
      socket.on("error", () => {});
      await once(socket, "connect");
      return socket;
    }),
  );
