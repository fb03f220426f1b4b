/**
 * Many agents in a single process, each with a separate socket, session, lease and fault table; the edges open no
 * listeners.
 */
import { randomBytes } from "node:crypto";
import { Agent } from "../../agent/agent.ts";
import { systemClock } from "../../agent/clock/clock.ts";
import { fixedToken } from "../../agent/credential/credential.ts";
import { Session } from "../../agent/session/session.ts";
import { asAgentBoot, asInstance } from "../../experiments/model/names.ts";
import { served } from "../agent/stage.ts";

export interface Crowd {
  readonly url: string;
  readonly count: number;
}
/** Connections opened per tick: a thousand at once would overrun the backlog of the listener. */
const AT_ONCE = 50;
const TICK_MS = 20;

const begin = (url: string, index: number): void => {
  const clock = systemClock;
  let session: Session | null = null;
  const config = {
    instance: asInstance(`a-${index}`),
    cluster: "bench",
    version: "0",
    service: "a",
    labels: { zone: "z" },
  };
  const agent = new Agent(config, {
    ...{ clock, boot: asAgentBoot(randomBytes(12).toString("hex")), pid: process.pid },
    serve: async () => served(),
    log: () => {},
    send: (message) => session?.send(message),
  });
  const random = () => randomBytes(4).readUInt32BE() / 2 ** 32;
  const means = {
    clock,
    random,
    log: () => {},
    onServed: () => {},
    onServer: () => {},
    tls: {},
    credential: fixedToken("bench"),
  };
  session = new Session(agent, { servers: [url], ...means });
};

process.on("message", ({ url, count }: Crowd) => {
  let begun = 0;
  const more = () => {
    const until = Math.min(count, begun + AT_ONCE);
    while (begun < until) begin(url, begun++);
    if (begun < count) setTimeout(more, TICK_MS);
  };
  more();
});
process.on("disconnect", () => process.exit(0));
