/** TCP probe: opens a connection per sample, exchanges a line if the file says so, and ends the connection. */
import type { Socket } from "node:net";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { addressesOfTarget } from "../../experiments/model/probes/target.ts";
import type { AnsweredSample, Sample } from "../../experiments/model/sample/sample.ts";
import { guardedConnect } from "../security/deny.ts";
import {
  addressesOf,
  bodyTooLarge,
  failedSample,
  type ProbeOpener,
  roundRobin,
  type SampleRequest,
  splitAddress,
  timedOutSample,
} from "./probe.ts";

interface Talk {
  /** Text to write once connected; null: none. */
  readonly send: string | null;
  /** Text to read up to; null: no text is awaited. */
  readonly until: string | null;
  /** Most bytes that are read before that text. */
  readonly limit: number;
  /** True: wait for the other side's end as well. */
  readonly awaitEnd: boolean;
}
/** Line with a newline at the end: servers of line protocols wait for the newline. */
const line = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);

const converse = (socket: Socket, { send, until, limit, awaitEnd }: Talk, elapsed: () => number): Promise<Sample> =>
  new Promise((resolve, reject) => {
    let seen: AnsweredSample = { kind: "seen", latencyMs: 0 };
    let text = "";
    let bytes = 0;
    const heardAll = () => {
      seen = { ...seen, latencyMs: elapsed(), ...(until === null ? {} : { body: text }) };
      if (awaitEnd) socket.end();
      else resolve({ ...seen, end: "clean" });
    };
    socket.setEncoding("utf8");
    socket.once("connect", () => {
      seen = { ...seen, connectMs: elapsed() };
      if (send !== null) socket.write(line(send));
      if (until === null) heardAll();
      else socket.on("data", hear);
      if (until === null) socket.resume();
    });
    const hear = (chunk: string) => {
      // Text searched already cannot hold the whole match.
      const from = Math.max(0, text.length - until!.length + 1);
      text += chunk;
      bytes += Buffer.byteLength(chunk);
      if (!text.includes(until!, from)) {
        const { cause, why } = bodyTooLarge("what came", limit);
        if (bytes > limit) resolve({ kind: "errored", cause, why: `${why}; \`until\` was not in it` });
        return;
      }
      if (bytes > limit) {
        text = "";
        seen = { ...seen, unread: bodyTooLarge("what came", limit) };
      }
      socket.off("data", hear);
      socket.resume();
      heardAll();
    };
    socket.once("end", () => {
      if (until !== null && seen.latencyMs === 0)
        resolve({ ...seen, latencyMs: elapsed(), body: text, end: "clean", failure: "closed before the answer" });
      else resolve({ ...seen, latencyMs: seen.latencyMs || elapsed(), end: "clean" });
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET" || error.code === "EPIPE")
        resolve({ ...seen, latencyMs: elapsed(), end: "reset", failure: `${error.code}: the connection was reset` });
      else reject(error);
    });
  });

export const tcp: ProbeOpener<"tcp"> = (params, { clock, mesh, good, denied }) => {
  const { to } = params;
  const targetsAt = (addresses: readonly string[]) =>
    addresses.map((address) => ({
      ...splitAddress(address),
      named: addresses.length > 1 ? { endpoint: address } : {},
    }));
  const targets = targetsAt(to === undefined ? [params.address!] : addressesOf(mesh, to));
  for (const { host } of targets) denied.check(host);
  let next = roundRobin(targets);
  const readdress = (present: Pick<Mesh, "services">) => {
    const news = to === undefined ? [] : addressesOfTarget(present, to);
    if (news.length > 0) next = roundRobin(targetsAt(news));
  };
  const send = params.send ?? null;
  const until = params.until ?? (send === null ? null : "\n");
  const talk: Talk = { send, until, limit: params.maxBody, awaitEnd: good.end !== undefined };

  const sample = async (request: SampleRequest): Promise<Sample> => {
    const { host, port, named } = next();
    return { ...(await probe({ host, port }, request)), ...named };
  };
  const probe = async (
    { host, port }: { readonly host: string; readonly port: number },
    { intendedMs, giveUpMs }: SampleRequest,
  ): Promise<Sample> => {
    const elapsed = () => clock.nowMs() - intendedMs;
    const socket = guardedConnect(denied, { host, port, allowHalfOpen: true, noDelay: true });
    let alarm = { cancel() {} };
    const late = new Promise<Sample>((resolve) => {
      alarm = clock.wake(giveUpMs, () => resolve(timedOutSample(elapsed(), giveUpMs - intendedMs)));
    });
    try {
      return await Promise.race([converse(socket, talk, elapsed), late]);
    } catch (error) {
      return failedSample(error, elapsed());
    } finally {
      alarm.cancel();
      // Later events do not matter to the sample, but an unhandled error event would end the process.
      socket.on("error", () => {});
      socket.destroy();
    }
  };
  return { kind: "active", sample, readdress, close: async () => {} };
};
