/**
 * Process probe: runs a command without a shell, in a process group of its own, so that the time limit ends child
 * processes too.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { ownProperty } from "../../experiments/model/own-property.ts";
import type { ProbeParams } from "../../experiments/model/probes/index.ts";
import type { Sample } from "../../experiments/model/sample/sample.ts";
import { redact } from "../../experiments/model/secrets/redact.ts";
import { restoreNodeOptions } from "../keeper/node-options.ts";
import { basicVariables, withoutServerSecrets } from "../security/commands.ts";
import {
  bodyTooLarge,
  type ProbeEnvironment,
  type ProbeOpener,
  type SampleMark,
  type SampleRequest,
  timedOutSample,
} from "./probe.ts";
import { tracer } from "./trace.ts";

const endGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended by itself.
  }
};
/** Output that is a single number is the sample's value. */
const numberIn = (output: string): { value?: number } => {
  const text = output.trim();
  return text !== "" && Number.isFinite(Number(text)) ? { value: Number(text) } : {};
};

/** Long values only: redacting a `1` would redact half of the output. */
const isSecret = (value: string): boolean => value.length >= 4;
/**
 * Command of the file, in the environment of the process that allowed such commands; or the command that the
 * administrator defined under the name, with no environment beyond the definition and basic variables: every user who
 * may start a run can read the output.
 */
const commandOf = ({ command, run, env }: ProbeParams<"process">, { commands }: ProbeEnvironment) => {
  if (run === undefined)
    return {
      command: command!,
      env: { ...withoutServerSecrets(restoreNodeOptions(process.env)), ...env },
      secrets: [],
    };
  const known = ownProperty(commands, run);
  if (known === undefined) throw new Error(`this server knows no command ${JSON.stringify(run)}`);
  return {
    command: known.command,
    env: { ...basicVariables(process.env), ...known.env },
    secrets: Object.values(known.env).filter(isSecret),
  };
};

/**
 * Context propagation by environment variables, as OpenTelemetry specifies it. Variables that the command has already
 * stay, except for the member of TRACESTATE.
 */
const traceVariables = (mark: SampleMark | null | undefined, env: NodeJS.ProcessEnv) => {
  const own = Object.entries({ traceparent: env.TRACEPARENT, tracestate: env.TRACESTATE });
  const given = Object.fromEntries(own.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  const trace = tracer(mark, { given });
  return (number: number | undefined): NodeJS.ProcessEnv => {
    const context = trace(number);
    if (context === null) return {};
    const { traceparent, tracestate } = context;
    return { TRACEPARENT: traceparent, TRACESTATE: tracestate, BAGGAGE: env.BAGGAGE ?? tracestate.split(",")[0] };
  };
};

export const processProbe: ProbeOpener<"process"> = (params, rules) => {
  const { clock, childVariables, mark } = rules;
  const { command, env, secrets } = commandOf(params, rules);
  const { maxBody } = params;
  const trace = traceVariables(mark, env);
  const [program, ...args] = command;
  const running = new Set<ChildProcess>();
  const sample = ({ intendedMs, giveUpMs, number }: SampleRequest): Promise<Sample> =>
    new Promise((resolve) => {
      const elapsed = () => clock.nowMs() - intendedMs;
      const child = spawn(program!, args, {
        detached: true,
        env: { ...env, ...trace(number), ...childVariables },
        stdio: ["ignore", "pipe", "ignore"],
      });
      running.add(child);
      const output: Buffer[] = [];
      let bytes = 0;
      const unread = { unread: bodyTooLarge("the output", maxBody) };
      const read = () => {
        const text = Buffer.concat(output).toString("utf8");
        return { body: redact(text, secrets), ...numberIn(text) };
      };
      let isOver = false;
      const giveUp = () => {
        if (!isOver) finish(timedOutSample(elapsed(), giveUpMs - intendedMs));
      };
      // After a stall of the loop, timers ring before a timely exit is delivered: two rounds let that exit come first.
      const alarm = clock.wake(giveUpMs, () => setImmediate(() => setImmediate(giveUp)));
      const finish = (sample: Sample) => {
        isOver = true;
        alarm.cancel();
        running.delete(child);
        endGroup(child);
        child.stdout.destroy();
        resolve(sample);
      };
      child.stdout.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxBody) output.push(chunk);
        else output.length = 0;
      });
      child.once("error", (error) =>
        finish({ kind: "errored", cause: "command not run", why: `${program} could not be run: ${error.message}` }),
      );
      // `close` comes after the last output; a grandchild that keeps stdout open would delay `close` for ever.
      child.once("exit", (code, signal) => {
        const exit = code ?? 128;
        const end = () => {
          const failure = signal === null ? {} : { failure: `ended by ${signal}` };
          finish({ kind: "seen", latencyMs: elapsed(), exit, ...(bytes > maxBody ? unread : read()), ...failure });
        };
        if (child.stdout.readableEnded) end();
        else child.stdout.once("end", end);
      });
    });
  return {
    kind: "active",
    sample,
    close: async () => {
      for (const child of running) endGroup(child);
    },
  };
};
