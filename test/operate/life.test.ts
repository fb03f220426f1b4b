/** Log lines of a real server about real runs and agents: a line each, with fields. */
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  agentReady,
  ask,
  eventually,
  experimentOf,
  finished,
  type Ground,
  openGround,
  start,
} from "../serve/ground.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

type Line = Readonly<Record<string, unknown>> & { readonly msg: string };
const linesOf = (text: string): Line[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Line);

it("tells of every run, agent and lead as it starts and ends", async () => {
  const serving = await ground.serve("life", ["--log-format", "json"]);
  const line = (msg: string, fields: Readonly<Record<string, unknown>> = {}) =>
    eventually(`${msg} ${JSON.stringify(fields)} in ${serving.text()}`, () =>
      linesOf(serving.text()).find(
        (each) => each.msg === msg && Object.entries(fields).every(([name, value]) => each[name] === value),
      ),
    );
  await line("this server leads", { level: "info", epoch: 1 });

  const agent = await ground.agent([serving.url]);
  await line("an agent joined", { level: "info", agent: "caller-1" });
  await agentReady(serving.url);
  const held = await start(serving.url, experimentOf(ground));
  const run = { run: held, experiment: "ground", edge: "caller->callee" };
  await line("a run starts", { level: "info", ...run, by: "local" });
  await finished(serving.url, held);
  await line("a run ended", { level: "info", ...run, verdict: "HELD", because: "held" });
  const halted = await start(serving.url, experimentOf(ground, { during: "60s" }));
  const by = { method: "POST", body: { reason: "enough" } };
  await eventually("it can be halted", async () =>
    (await ask(serving.url, `/api/v1/runs/${halted}/halt`, by)).status < 300 ? true : undefined,
  );
  await line("a run is being halted", { level: "warn", run: halted, because: "operator", reason: "enough" });
  await line("a run ended", { level: "warn", run: halted, verdict: "HALTED", because: "operator" });

  agent.child.kill("SIGSTOP");
  await line("an agent fell silent", { level: "warn", agent: "caller-1" });
  agent.child.kill("SIGCONT");
  await line("an agent came back", { level: "info", agent: "caller-1", because: "it was silent" });
  agent.child.kill("SIGKILL");
  await line("an agent's connection closed", { level: "warn", agent: "caller-1", code: 1006 });
  const next = await ground.agent([serving.url]);
  await eventually("its new process came back", () =>
    linesOf(serving.text()).find(({ msg, awayMs }) => msg === "an agent came back" && awayMs !== undefined),
  );
  next.child.kill("SIGTERM");
  expect(await next.ended).toBe(0);
  await line("an agent left", { level: "info", agent: "caller-1" });

  serving.child.kill("SIGTERM");
  expect(await serving.ended).toBe(0);
  await line("this server gives up the lead", { epoch: 1, because: "the server is closing" });
});
