/** The agents' way in: one WebSocket each. Every message is checked before anything believes it. */
import type { WebSocket } from "ws";
import { type ToServer, toServer } from "../../../agent/contract/index.ts";
import type { Clock } from "../../clock.ts";
import type { AgentLine, Fleet } from "../../fleet/fleet.ts";

export const AGENT_PATH = "/api/v1/agent";
/** Receipts with the ordinals of 1,000 hits each fit in many times over. */
export const LARGEST_MESSAGE_BYTES = 8 * 2 ** 20;
const HELLO_WITHIN_MS = 5_000;
const LONGEST_REASON = 100;

const check = (text: string): ToServer | string => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "a message is not JSON";
  }
  const { data, error } = toServer.safeParse(value);
  if (data !== undefined) return data as ToServer;
  const [issue] = error.issues;
  return `${issue?.path.join(".")}: ${issue?.message}`;
};

export const serveAgent = (socket: WebSocket, fleet: Fleet, clock: Clock, log: (line: string) => void): void => {
  let line: AgentLine | null = null;
  const refuse = (why: string) => {
    log(`an agent's connection was closed: ${why}`);
    socket.close(1008, why.slice(0, LONGEST_REASON));
  };
  const late = clock.wake(clock.nowMs() + HELLO_WITHIN_MS, () => line === null && refuse("no hello came"));
  const wire = {
    send: (text: string) => socket.send(text),
    close: (code: number, reason: string) => socket.close(code, reason.slice(0, LONGEST_REASON)),
  };
  socket.on("message", (data, isBinary) => {
    if (isBinary) return refuse("a message was binary");
    const message = check(String(data));
    if (typeof message === "string") return refuse(message);
    if (line !== null) return line.heard(message);
    if (message.type !== "hello") return refuse(`the first message was ${message.type}, not hello`);
    late.cancel();
    line = fleet.connect(wire, message);
  });
  socket.on("close", () => {
    late.cancel();
    line?.closed();
  });
  // `close` follows; without a listener the error would end the process.
  socket.on("error", (error) => log(`an agent's connection failed: ${error.message}`));
};
