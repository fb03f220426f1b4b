/** Messages between the parent, the keeper and the keeper's watchdog: a JSON document per line. */

import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { FaultName, RunId, ServiceName } from "../../experiments/model/names.ts";
import type { Mark, ProcessIdentity } from "./process-identity.ts";

/** A service that a fault of a run struck. */
export interface StruckService {
  readonly run: RunId;
  readonly fault: FaultName;
  readonly service: ServiceName;
}

/** First line that a keeper reads. The line comes through a pipe because the token is in there. */
export interface KeeperConfig {
  readonly mesh: Mesh;
  readonly mark: Mark;
  readonly server: { readonly url: string; readonly token: string };
  readonly agentOnly: boolean;
  /** argv that starts an agent; the agent's options follow. */
  readonly agent: readonly string[];
}
/** Later message to the keeper. End-of-file means the same: stop. */
export interface ToKeeper {
  readonly type: "stop";
}
export type Progress = {
  readonly name: string;
  readonly state: "starting" | "ready" | "exited";
  readonly detail: string;
};
export type FromKeeper =
  | { readonly type: "started"; readonly identity: ProcessIdentity }
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "ready"; readonly tookMs: number }
  | { readonly type: "failed"; readonly because: "ports" | "mesh"; readonly message: string }
  /** `isClear`: every process that was stopped for the agent's faults was seen to go on, or is gone. */
  | { readonly type: "agent-exited"; readonly pid: number; readonly isClear: boolean }
  /** The exit, or the stop, of a service's process was seen, by a fault of a run. */
  | ({ readonly type: "service-struck" } & StruckService)
  /** The service is ready again, or goes on; `awayMs`: since then. */
  | ({ readonly type: "service-back"; readonly awayMs: number } & StruckService)
  /** A service that was ready ended by itself. `how`: continues a sentence, such as `exited with code 1`. */
  | { readonly type: "service-exited"; readonly service: string; readonly how: string };

export type ToWatchdog =
  /**
   * A process group is about to be stopped, or may stay stopped until then (CLOCK_MONOTONIC, ms): the watchdog lets the
   * group go on at that time, in case the keeper does not. Sent ahead of the stop.
   */
  | { readonly type: "stopped"; readonly identity: ProcessIdentity; readonly untilMs: number }
  /** The group goes on, by the keeper. */
  | { readonly type: "continued"; readonly pid: number }
  | { readonly type: "mesh"; readonly mark: Mark }
  | { readonly type: "started"; readonly identity: ProcessIdentity }
  /** All process groups are gone; end-of-file after this message is no alarm. */
  | { readonly type: "goodbye" };

/** Never throws: a lost peer is noticed by the peer's end-of-file, not by a failed write. */
export const writeMessage = <Message>(stream: Writable, message: Message): void => {
  if (stream.writable) stream.write(`${JSON.stringify(message)}\n`);
};

/** `ended` is called once, after the last message. A line that is not JSON (a torn last line) is dropped. */
export const readMessages = <Message>(stream: Readable, said: (message: Message) => void, ended: () => void): void => {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("line", (line) => {
    const message = parse<Message>(line);
    if (message !== null) said(message);
  });
  lines.once("close", ended);
  stream.on("error", () => lines.close());
};
const parse = <Message>(line: string): Message | null => {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return null;
  }
};
