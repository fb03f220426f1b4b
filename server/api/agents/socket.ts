/** WebSocket endpoint for agents, with a connection for each agent. Every message is checked before use. */
import type { WebSocket } from "ws";
import {
  type CheckedReport,
  CLOSED,
  CONTRACT_VERSION,
  checkForeignAttest,
  checkForeignHello,
  checkToServer,
  LIMITS,
  type ToServer,
} from "../../../agent/contract/index.ts";
import type { Alarm, Clock } from "../../clock.ts";
import type { AgentSocket } from "../../fleet/agent.ts";
import type { AnyHello } from "../../fleet/agent-registry.ts";
import type { CredentialHolder } from "../../fleet/boot-owners.ts";
import type { ConnectionClose } from "../../fleet/connection-log.ts";
import type { AgentConnection, Fleet } from "../../fleet/fleet.ts";
import type { RateLimitedLog } from "../../rate-limited-log.ts";
import { MessageRateLimit } from "./message-rate-limit.ts";
import type { TimeSlice } from "./time-slice.ts";

export const AGENT_PATH = "/api/v1/agent";
export const LARGEST_MESSAGE_BYTES = LIMITS.messageBytes;
const HELLO_WITHIN_MS = 5_000;
/** Bytes of a close reason (RFC 6455 section 5.5); `ws` throws at more. */
const LONGEST_REASON = 123;
/** Time for a peer to answer the close; a peer that does not is gone, or hostile. */
const CLOSE_WITHIN_MS = 2_000;

const parseJson = (text: string): CheckedReport<unknown> => {
  try {
    return { said: JSON.parse(text) };
  } catch {
    return { problem: "a message is not JSON" };
  }
};
/** Parses a hello. For an agent of another version, only the frozen part of the hello is read. */
const parseHello = (value: unknown): CheckedReport<AnyHello> => {
  const { type, v } = Object(value) as { type?: unknown; v?: unknown };
  if (type !== "hello") return { problem: `the first message was ${JSON.stringify(type)?.slice(0, 40)}, not hello` };
  return (v === CONTRACT_VERSION ? checkToServer(value) : checkForeignHello(value)) as CheckedReport<AnyHello>;
};
/** Parses a message of another contract version: only `attest` is accepted; null: another message, which is ignored. */
const parseForeign = (value: unknown): CheckedReport<ToServer> | null => {
  if ((Object(value) as { type?: unknown }).type !== "attest") return null;
  const read = checkForeignAttest(value);
  return "problem" in read ? read : { said: { ...read.said, epoch: 0, gen: 0, receipts: [], watches: [] } };
};

export interface AgentSocketDeps {
  readonly clock: Clock;
  readonly log: RateLimitedLog;
  /** Time slice shared by all connections of this server. */
  readonly turns: TimeSlice;
  /** This server's fleet while this server leads; else the leader's URL, null: unknown. */
  readonly fleet: () => Fleet | { readonly leader: string | null };
  /** Credential that the agent showed in the upgrade request. */
  readonly holder: CredentialHolder;
}

/** Close codes that reject an agent: logged once a minute for each credential. */
const REFUSALS: ReadonlySet<number> = new Set([CLOSED.misspoke, CLOSED.impostor]);

/** Beginning of a text in so many bytes of UTF-8 at most, without a part of a character. */
const cutToBytes = (text: string, bytes: number): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, bytes), { stream: true });

export const serveAgent = (socket: WebSocket, door: AgentSocketDeps): void => {
  const { clock, log, holder, turns } = door;
  const budget = new MessageRateLimit(clock);
  let line: AgentConnection | null = null;
  let isForeign = false;
  let ending: Alarm = { cancel() {} };
  /** Reason why this server closed the connection: the peer's answering close has no reason, and may never come. */
  let closing: ConnectionClose | null = null;
  const close = (code: number, why: string) => {
    const told = cutToBytes(why, LONGEST_REASON);
    closing ??= { code, why: told };
    if (REFUSALS.has(code))
      log.warn(holder.credential, `an agent's connection was closed: ${told}`, { token: holder.credential });
    socket.close(code, told);
    ending.cancel();
    ending = clock.wake(clock.nowMs() + CLOSE_WITHIN_MS, () => socket.terminate());
  };
  const refuse = (why: string, code: number = CLOSED.misspoke) => close(code, why);
  const late = clock.wake(clock.nowMs() + HELLO_WITHIN_MS, () => line === null && refuse("no hello came"));
  const wire: AgentSocket = { send: (text) => socket.send(text), close, bufferedBytes: () => socket.bufferedAmount };

  const begin = (value: unknown) => {
    const hello = parseHello(value);
    if ("problem" in hello) return refuse(hello.problem);
    late.cancel();
    const fleet = door.fleet();
    if ("leader" in fleet) return close(CLOSED.notLeader, fleet.leader ?? "");
    isForeign = hello.said.v !== CONTRACT_VERSION;
    line = fleet.connect(wire, hello.said, holder);
  };
  const hear = (value: unknown, to: AgentConnection) => {
    const read = isForeign ? parseForeign(value) : checkToServer(value);
    if (read === null) return to.receiveForeign();
    if ("problem" in read) return refuse(read.problem);
    to.receive(read.said);
  };
  const take = (data: Buffer) => {
    // Messages left in the buffers of a refused connection are ignored.
    if (socket.readyState !== socket.OPEN) return;
    if (line === null && data.length > LIMITS.helloBytes) return refuse("its hello is too long");
    const value = parseJson(data.toString());
    if ("problem" in value) return refuse(value.problem);
    if (line === null) begin(value.said);
    else hear(value.said, line);
  };
  /** Never throws: a server error in an agent's message costs that agent the connection, and no other agent. */
  const read = (data: Buffer) => {
    try {
      take(data);
    } catch (error) {
      const { stack, message } = error as Error;
      log.warn(holder.credential, "an agent's message could not be taken in", { error: stack ?? message });
      refuse("the server failed over its message");
    }
  };
  /**
   * Messages that wait for a later turn. Order is kept: messages behind a waiting message wait too, and no more bytes
   * are taken from the network meanwhile.
   */
  let waiting = 0;
  const inTurn = (data: Buffer) => {
    waiting++;
    socket.pause();
    turns.later(() => {
      waiting--;
      read(data);
      if (waiting === 0 && socket.readyState === socket.OPEN) socket.resume();
    });
  };
  const isTooMuch = (bytes: number): boolean => {
    if (budget.take(bytes)) return false;
    refuse("it says more than an agent has to say");
    return true;
  };
  socket.on("message", (data: Buffer, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary) return refuse("a message was binary");
    if (isTooMuch(data.length)) return;
    if (waiting === 0 && turns.isOpen) turns.now(() => read(data));
    else inTurn(data);
  });
  // Each ping is answered, and the answers for a peer that does not read are kept in memory.
  socket.on("ping", (data) => socket.readyState === socket.OPEN && isTooMuch(data.length));
  socket.on("close", (code, reason) => {
    late.cancel();
    ending.cancel();
    line?.closed(closing ?? { code, why: reason.toString() });
  });
  // `close` follows; without a listener the error would end the process.
  socket.on("error", (error) =>
    log.warn(holder.credential, `an agent's connection failed: ${error.message}`, { token: holder.credential }),
  );
};
