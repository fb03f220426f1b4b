/**
 * A client of Squall as another team would write: openapi-fetch over the types that openapi-typescript generates.
 * Starts a run, sends the start again, follows the run to the end, reads the run's report, and halts another run.
 * Prints each step as a line of JSON. argv: the server's URL, and a key for the start; the token stands in
 * SQUALL_TOKEN.
 */
import createClient from "openapi-fetch";
import type { components, paths } from "./squall.ts";

type Schemas = components["schemas"];
type Experiment = Schemas["Experiment"];

const experiment = (during: string): Experiment => ({
  apiVersion: "squall.dev/v1",
  kind: "Experiment",
  metadata: { name: "tiny" },
  spec: {
    phases: { warmup: "1s", baseline: "1s", during, recovery: { within: "5s", hold: "1s" } },
    hypothesis: [
      {
        name: "the gateway answers",
        http: { to: "gateway", path: "/", timeout: "1s", every: "20ms" },
        good: { status: "2xx", within: "800ms" },
        objective: "90%",
      },
    ],
    faults: [
      {
        name: "payments is slow",
        edge: { from: "gateway", to: "payments" },
        latency: { delay: "60ms" },
        hits: { atLeast: 5 },
      },
    ],
  },
});

const [, , baseUrl = "", key = ""] = process.argv;
const headers = { authorization: `Bearer ${process.env.SQUALL_TOKEN}` };
const client = createClient<paths>({ baseUrl, headers });
const tell = (step: string, told: object): void => {
  process.stdout.write(`${JSON.stringify({ step, ...told })}\n`);
};
/** The answer's data; an error of the server ends the program with the error's code. */
const answered = <T>(asked: { data?: T; error?: Schemas["Error"] | Schemas["Readiness"]; response: Response }): T => {
  if (asked.data !== undefined) return asked.data;
  const { error, response } = asked;
  throw new Error(`HTTP ${response.status}: ${error !== undefined && "code" in error ? error.code : ""}`);
};

const start = async (during: string, key?: string) => {
  const asked = await client.POST("/api/v1/runs", {
    params: { header: key === undefined ? {} : { "Idempotency-Key": key } },
    body: { experiment: experiment(during), seed: 7, labels: { by: "typescript" } },
  });
  const { id }: Schemas["Started"] = answered(asked);
  return { id, status: asked.response.status };
};

const records = async function* (id: string): AsyncGenerator<Schemas["JournalRecord"]> {
  const asked = await client.GET("/api/v1/runs/{id}/events", { params: { path: { id } }, parseAs: "stream" });
  const stream = asked.data;
  if (!stream) throw new Error(`HTTP ${asked.response.status}`);
  let rest = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const events = (rest + part).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const line = event.split("\n").find((one) => one.startsWith("data: "));
      if (line !== undefined) yield JSON.parse(line.slice("data: ".length)) as Schemas["JournalRecord"];
    }
  }
};
const follow = async (id: string) => {
  const kinds: Schemas["JournalRecord"]["entry"]["kind"][] = [];
  for await (const { entry } of records(id)) kinds.push(entry.kind);
  return kinds;
};

const first = await start("2s", key);
tell("start", first);
tell("repeat", await start("2s", key));
const kinds = await follow(first.id);
tell("follow", { first: kinds[0], last: kinds.at(-1), records: kinds.length });
const report: Schemas["Run"] = answered(await client.GET("/api/v1/runs/{id}", { params: { path: { id: first.id } } }));
const state: Schemas["RunState"] = report.state;
tell("report", { state, verdict: report.verdict, receipts: report.receipts.length });

const other = await start("30s");
const path = { id: other.id };
const halted: Schemas["Halted"] = answered(
  await client.POST("/api/v1/runs/{id}/halt", { params: { path }, body: { reason: "the example is over" } }),
);
await follow(other.id);
const { verdict, because } = answered(await client.GET("/api/v1/runs/{id}", { params: { path } }));
tell("halt", { halted: halted.halted.length, verdict, because });
const refused = await client.POST("/api/v1/runs/{id}/halt", { params: { path } });
tell("refused", { status: refused.response.status, code: refused.error?.code });
