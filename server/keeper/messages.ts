/** Messages between the parent, the keeper and the keeper's watchdog: a JSON document per line. */

import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Mark, ProcessIdentity } from "./process-identity.ts";

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
  | { readonly type: "agent-exited"; readonly pid: number }
  /** A service that was ready ended by itself. `how`: continues a sentence, such as `exited with code 1`. */
  | { readonly type: "service-exited"; readonly service: string; readonly how: string };

export type ToWatchdog =
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
