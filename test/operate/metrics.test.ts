/**
 * Prometheus against a real server: the metrics, the alerts of docs/alerts.yml, and the dashboard of docs/grafana.json.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ask, eventually, type Ground, openGround, TOKEN } from "../serve/ground.ts";
import { often } from "../soak.ts";
import { describeByPrometheus, FOLDER, itByPrometheus, promtool, RULES, startPrometheus } from "./prometheus.ts";

const DOCS = resolve(import.meta.dirname, "../../docs");
const GRAFANA = JSON.parse(readFileSync(join(DOCS, "grafana.json"), "utf8")) as {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
};
const expressions = GRAFANA.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const NAMES = /\b(?:squall|process|nodejs)_[a-z_]+/g;

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

const scraped = async (url: string) => String((await ask(url, "/metrics")).body);
const figureOf = (text: string, series: string): number | null => {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length));
};

it("tells of agents, runs, queue, webhooks, schedules, database and build", async () => {
  const config = join(ground.folder, "server.yaml");
  const hook = `{ name: pager, url: "http://127.0.0.1:9/", events: [verdict], secret: 0123456789abcdef }`;
  writeFileSync(config, `webhooks: [${hook}]\n`);
  const serving = await ground.serve("metrics", ["--config", config]);
  // The first scrape is counted only after the response was sent.
  await scraped(serving.url);
  const text = await scraped(serving.url);
  const { version } = JSON.parse(readFileSync(resolve(DOCS, "../package.json"), "utf8"));
  for (const [series, value] of [
    ['squall_agents{state="ready"}', 0],
    ['squall_agents{state="connecting"}', 0],
    ['squall_agents{state="gone"}', 0],
    [`squall_build_info{version="${version}",store="sqlite",node="${process.version}"}`, 1],
    ["squall_queue_oldest_seconds", 0],
    ["squall_residue_open", 0],
    ['squall_webhook_deliveries_pending{webhook="pager"}', 0],
    ['squall_webhook_attempts_total{webhook="pager",outcome="given-up"}', 0],
    ['squall_schedule_instants_total{outcome="missed"}', 0],
    ['squall_database_errors_total{kind="query"}', 0],
    ['squall_runs_finished_total{verdict="RESIDUE"}', 0],
  ] as const)
    expect([series, figureOf(text, series)]).toEqual([series, value]);
  if (FOLDER !== null) expect(promtool(["check", "metrics"], text)).toEqual({ status: 0, told: "" });
  // Every metric that the dashboard and the alerts query exists.
  const asked = `${expressions.join("\n")}\n${readFileSync(RULES, "utf8").replace(/^.*(alert|summary):.*$/gm, "")}`;
  const known = new Set(text.match(NAMES));
  expect([...new Set(asked.match(NAMES))].filter((name) => !known.has(name))).toEqual([]);
});

it("counts agents by the transport tier that carries their edges, and tells why it is not the fastest", async () => {
  const serving = await ground.serve("tiers");
  const tierIn = async (tier: string) =>
    figureOf(await scraped(serving.url), `squall_agent_transports{tier="${tier}"}`);
  await ground.agent([serving.url], ["--transport", "data"]);
  await eventually("the agent is counted", async () => ((await tierIn("data")) === 1 ? true : undefined));
  expect([await tierIn("raw"), await tierIn("unknown")]).toEqual([0, 0]);
  expect((await ask(serving.url, "/api/v1/agents")).body).toMatchObject({
    agents: [{ instance: "caller-1", transport: { tier: "data", because: "asked for by --transport" } }],
  });
});

describeByPrometheus("docs/alerts.yml", () => {
  it("is named by the configuration that docs/server.md shows", () => {
    const [, block] = /```yaml prometheus\n(.*?)```/s.exec(readFileSync(join(DOCS, "server.md"), "utf8"))!;
    const file = join(ground.folder, "prometheus.yml");
    writeFileSync(file, block!.replace("[alerts.yml]", `[${RULES}]`));
    expect(promtool(["check", "config", "--syntax-only", file])).toMatchObject({ status: 0 });
  });
  it("is content to promtool, and so is every query of the dashboard", () => {
    expect(promtool(["check", "rules", RULES])).toMatchObject({ status: 0 });
    const rules = expressions.map((expr, i) => ({
      record: `panel:${i}`,
      expr: expr.replaceAll("$__rate_interval", "5m"),
    }));
    const file = join(ground.folder, "panels.json");
    writeFileSync(file, JSON.stringify({ groups: [{ name: "panels", rules }] }));
    expect(promtool(["check", "rules", file])).toMatchObject({ status: 0 });
  });
  it("fires on what it is for, and on nothing else", () => {
    const told = promtool(["test", "rules", join(import.meta.dirname, "alerts-test.yaml")]);
    expect(told).toMatchObject({ status: 0, told: expect.stringContaining("SUCCESS") });
  });
});

/** A relay that can be cut: connections end at once, and no bytes pass until the relay is mended. */
const relayTo = async (url: string) => {
  const open = new Set<Socket>();
  let isCut = false;
  const relay: Server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.on("error", () => {}).on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await new Promise((done) => relay.once("listening", done));
  return {
    url: `http://127.0.0.1:${(relay.address() as { port: number }).port}`,
    cut: () => {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    close: () => {
      relay.close();
      for (const socket of open) socket.destroy();
    },
  };
};
/** Path of the rules: unchanged in the soak; else an alert fires after 1 s, so that the test takes seconds. */
const rulesFor = (folder: string): string => {
  if (often(false, true)) return RULES;
  const path = join(folder, "alerts.yml");
  writeFileSync(path, readFileSync(RULES, "utf8").replace(/for: 15s/, "for: 1s"));
  return path;
};

itByPrometheus(
  "a real Prometheus fires while an agent is stopped, killed or cut, and until it is back or retired",
  async () => {
    const serving = await ground.serve("alerts");
    const relay = await relayTo(serving.url);
    const agent = (instance: string, url = serving.url) =>
      ground.squall(["agent", "--server", url, "--instance", instance, "--service", "callee"]);
    const [stopped, killed, ended] = ["stopped", "killed", "ended"].map((name) => agent(name));
    agent("cut", relay.url);
    const rules = rulesFor(ground.folder);
    const prometheus = await startPrometheus(join(ground.folder, "prometheus"), {
      ...{ target: serving.url, token: TOKEN, rules },
    });
    const sees = (state: string, count: number) =>
      eventually(`${count} agents ${state}`, async () =>
        (await prometheus.value(`squall_agents{state="${state}"}`)) === count ? true : undefined,
      );
    const gone = async (count: number) => {
      await sees("gone", count);
      const isFiring = async () => (await prometheus.firing()).includes("SquallAgentGone");
      await eventually(
        `an alert for ${count}`,
        async () => ((await isFiring()) === count > 0 ? true : undefined),
        40_000,
      );
    };
    try {
      await sees("ready", 4);
      await gone(0);
      stopped!.child.kill("SIGSTOP");
      killed!.child.kill("SIGKILL");
      relay.cut();
      await gone(3);
      // An agent that ends on request is not counted as gone.
      ended!.child.kill("SIGTERM");
      await sees("ready", 0);
      expect(await prometheus.value('squall_agents{state="gone"}')).toBe(3);
      stopped!.child.kill("SIGCONT");
      relay.mend();
      await gone(1);
      expect((await ask(serving.url, "/api/v1/agents/killed", { method: "DELETE" })).status).toBe(200);
      await gone(0);
      await sees("ready", 2);
    } finally {
      await prometheus.stop();
      relay.close();
    }
  },
  240_000,
);
