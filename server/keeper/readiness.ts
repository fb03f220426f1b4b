/**
 * Readiness of a service: the service answers *and* the listener is our own child's; otherwise a stranger on the port
 * would be tested instead. A listener is ours if the listening socket is held by a member of the child's group, or by a
 * process with the run's mark; or if an HTTP answer's `x-squall-run` echoes the mark (for services in a container of
 * their own). Where sockets cannot be seen (macOS), the criterion is weaker: the address was free before the start and
 * the child is alive.
 */
import { get } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ready } from "../../experiments/model/mesh/mesh.ts";
import { parseAddress, type SocketAddress, SocketTable } from "./listeners.ts";
import { quoteLog, tailOf } from "./logs.ts";
import { holderOf } from "./ports.ts";
import { isMarked, type Mark } from "./process-identity.ts";
import { hasProc, socketsOf, statOf } from "./processes.ts";

/** Nonce header: a service that answers with the value of SQUALL_RUN is ours, wherever the service runs. */
export const RUN_HEADER = "x-squall-run";
const LOOK_MS = 25;
const ANSWER_MS = 1_000;

/** A child of the keeper that is getting ready. */
export interface StartingChild {
  readonly name: string;
  readonly pid: number;
  readonly log: string;
  /** Description of how the child ended ("exit code 1"); null while the child runs. */
  ended(): string | null;
}
export class NotReady extends Error {
  override readonly name = "NotReady";
  readonly because: "ports" | "mesh";
  constructor(because: "ports" | "mesh", message: string) {
    super(message);
    this.because = because;
  }
}

interface ServiceAnswer {
  /** Value of the nonce header, if any. */
  readonly run: string | null;
}
const askHttp = (where: SocketAddress, path: string): Promise<ServiceAnswer | null> =>
  new Promise((resolve) => {
    const request = get({ ...where, path, agent: false, timeout: ANSWER_MS }, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      const run = response.headers[RUN_HEADER];
      resolve(status >= 200 && status < 300 ? { run: typeof run === "string" ? run : null } : null);
    });
    request.once("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", () => resolve(null));
  });
const askTcp = (where: SocketAddress): Promise<ServiceAnswer | null> =>
  new Promise((resolve) => {
    const socket = connect(where);
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error("no answer")));
    socket.once("connect", () => {
      socket.destroy();
      resolve({ run: null });
    });
    socket.on("error", () => resolve(null));
  });

/** `unseen`: an answer came from a listener that the socket tables do not show: in a container, or just gone. */
type Owner = "ours" | "theirs" | "unseen";

let nextTable: Promise<SocketTable> | null = null;
/** Socket table shared by all services that answered within the same 25 ms. */
const tableAfterNow = (): Promise<SocketTable> => {
  nextTable ??= sleep(LOOK_MS).then(() => {
    nextTable = null;
    return new SocketTable();
  });
  return nextTable;
};
const ownerOf = async (where: SocketAddress, leader: number, mark: Mark): Promise<Owner> => {
  if (!hasProc) return "ours";
  const table = await tableAfterNow();
  if (!table.isReadable) return "ours";
  const sockets = table.listenersOf(where);
  if (sockets.length === 0) return "unseen";
  const own = socketsOf(leader);
  const isOurs = (pid: number) => statOf(pid)?.group === leader || isMarked(pid, mark);
  return sockets.some(({ inode }) => own.has(inode)) || table.holdersOf(sockets).some(isOurs) ? "ours" : "theirs";
};

const failure = (child: StartingChild, what: string): NotReady =>
  new NotReady("mesh", `${child.name} ${what}. ${quoteLog(child.log)}`);

/**
 * Polls until `look` returns true. A child that ends first, or is not ready in time, is a failure with the end of the
 * child's log.
 */
const until = async (child: StartingChild, startMs: number, expected: string, look: () => Promise<boolean>) => {
  const lastMs = performance.now() + startMs;
  for (;;) {
    const ended = child.ended();
    // A last poll after the child ended: a listener that answers then is the reason, and is named.
    const isReady = await look();
    if (ended !== null) throw failure(child, `ended before it was ready (${ended})`);
    if (isReady) return;
    if (performance.now() > lastMs) throw failure(child, `was not ready within ${startMs / 1_000} s (${expected})`);
    await sleep(LOOK_MS);
  }
};

/** Resolves when the service answers through a listener of the child; rejects with NotReady. */
export const serviceReady = async (
  child: StartingChild,
  service: { readonly ready: Ready; readonly startMs: number; readonly address: string },
  mark: Mark,
): Promise<void> => {
  const { ready, startMs, address } = service;
  const where = parseAddress(address);
  const path = "http" in ready ? ready.http : null;
  const expected = path === null ? `${address} to accept` : `a 2xx from http://${address}${path}`;
  await until(child, startMs, `expected ${expected}, by a listener of its own`, async () => {
    const answer = await (path === null ? askTcp(where) : askHttp(where, path));
    if (answer === null) return false;
    if (answer.run === mark.run) return true;
    const owner = await ownerOf(where, child.pid, mark);
    if (owner === "theirs")
      throw new NotReady("ports", `${address} (service ${child.name}) is answered by ${holderOf(address)}.`);
    return owner === "ours";
  });
};

const LISTENING = /^(?:listening\b|\{"event":"listening")/m;
/** Resolves once the agent's log says `listening`, which the agent prints when every edge is listening. */
export const agentReady = (child: StartingChild, startMs: number): Promise<void> =>
  until(child, startMs, "expected it to say `listening`", async () =>
    LISTENING.test(tailOf(child.log, Number.POSITIVE_INFINITY)),
  );
