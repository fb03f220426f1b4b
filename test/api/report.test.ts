/** A run's report as a file: every form, for every reader of the run, and harmless with hostile text. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REPORT_FORMAT_NAMES, REPORT_FORMATS } from "../../experiments/model/report/format.ts";
import { REPORT_WRITERS } from "../../experiments/report/writers.ts";
import { HOSTILE } from "../cli/hostile.ts";
import { experimentOf } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
/** A run with every hostile text that an experiment, a start and a halt can carry. */
let run: string;
const HOSTILE_TEXT = HOSTILE.join(" ").replaceAll("\0", "");
const VERSION = "1.2.3";
const LINES = { name: 4, expectations: [31] };

beforeAll(async () => {
  stage = await openStage({ version: VERSION });
  const { spec, metadata, ...rest } = experimentOf();
  const [expectation] = spec.hypothesis;
  const experiment = {
    ...rest,
    metadata: { ...metadata, labels: { team: "<script>alert(1)</script>" } },
    spec: {
      ...spec,
      description: HOSTILE_TEXT,
      hypothesis: [{ ...expectation, name: `"><script>alert(2)</script>` }],
      faults: spec.faults.map((fault) => ({ ...fault, name: `'"</title><img src=x onerror=alert(3)>` })),
    },
  };
  const file = `chaos/a "b"\r\nSet-Cookie: c=<script>alert(4)</script>.yaml`;
  const { status, body, text } = await stage.ask("POST /api/v1/runs", { body: { experiment, file, lines: LINES } });
  expect([status, text]).toEqual([201, expect.any(String)]);
  run = body.id;
  await stage.ask(`POST /api/v1/runs/${run}/halt`, { body: { reason: `<script>alert(5)</script> ${HOSTILE_TEXT}` } });
  await stage.house.ended(run);
});
afterAll(() => stage.close());

const download = (format: string, sent = {}) => stage.ask(`GET /api/v1/runs/${run}/report?format=${format}`, sent);

describe("the report of a run as a file", () => {
  it.each(REPORT_FORMAT_NAMES)("is saved and never shown, under the run's name: %s", async (format) => {
    const { status, headers, text } = await download(format);
    const { mediaType, ending } = REPORT_FORMATS[format];
    expect([status, headers["content-type"]]).toEqual([200, `${mediaType}; charset=utf-8`]);
    expect(headers["content-disposition"]).toBe(`attachment; filename="${run}.${ending}"`);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers).not.toHaveProperty("set-cookie");
    expect(text).toMatch(/[^\n]\n$/);
  });
  it("is JSON where nothing else is asked for, as `squall report --format json` has it", async () => {
    const { body } = await stage.ask(`GET /api/v1/runs/${run}/report`);
    const { body: report } = await stage.ask(`GET /api/v1/runs/${run}`);
    expect([body.schemaVersion, body.exitCode, body.runs[0].id]).toEqual([1, 4, run]);
    expect(body.runs[0]).toEqual(report);
  });
  it("is what the command line writes, byte by byte", async () => {
    const { body: report } = await stage.ask(`GET /api/v1/runs/${run}`);
    const options = { version: VERSION, pathOf: (file: string) => file };
    for (const format of REPORT_FORMAT_NAMES)
      expect([format, (await download(format)).text]).toEqual([format, REPORT_WRITERS[format]([report], options)]);
  });
  it("has no markup in it that a name or a reason brought along", async () => {
    const { text } = await download("html");
    expect(text).toContain("&lt;script&gt;alert(5)&lt;/script&gt;");
    expect(text).toContain("&quot;&gt;&lt;script&gt;alert(2)&lt;/script&gt;");
    expect(text).not.toMatch(/<(script|img|iframe|link|base|form)\b/i);
    expect(text.match(/<\/title>/g)).toHaveLength(1 + (text.match(/<title>/g)!.length - 1));
    expect((await download("markdown")).text).not.toMatch(/<(script|img)\b/i);
    expect((await download("junit")).text).not.toMatch(/<(script|img)\b/i);
  });
  it("names the line in the file that the start told, and none where it told none", async () => {
    const regionOf = async (id: string) => {
      const { body } = await stage.ask(`GET /api/v1/runs/${id}/report?format=sarif`);
      return body.runs[0].results[0].locations[0].physicalLocation.region;
    };
    expect(await regionOf(run)).toEqual({ startLine: LINES.name });
    const start = await stage.ask("POST /api/v1/runs", { body: { experiment: experimentOf(), file: "tiny.yaml" } });
    await stage.ask(`POST /api/v1/runs/${start.body.id}/halt`);
    await stage.house.ended(start.body.id);
    expect(await regionOf(start.body.id)).toBeUndefined();
  });
  it("tells a run under way as RUNNING, in every form", async () => {
    const { body } = await stage.ask("POST /api/v1/runs", { body: { experiment: experimentOf() } });
    const asked = (format: string) => stage.ask(`GET /api/v1/runs/${body.id}/report?format=${format}`);
    expect((await asked("markdown")).text).toContain("RUNNING: tiny");
    expect((await asked("html")).text).toContain("<title>RUNNING: tiny");
    expect((await asked("junit")).text).toContain("tiny (running, no verdict)");
    expect((await asked("json")).body).toMatchObject({ exitCode: 0, runs: [{ verdict: null }] });
    expect((await asked("sarif")).body.runs[0].results).toEqual([]);
    await stage.ask(`POST /api/v1/runs/${body.id}/halt`);
    await stage.house.ended(body.id);
  });
  it("is there for whoever may read the run, and for nobody else", async () => {
    expect((await download("html", { token: (await stage.newToken("viewer")).token })).status).toBe(200);
    expect((await download("html", { token: (await stage.newToken("agent")).token })).status).toBe(403);
    expect((await download("html", { token: null })).status).toBe(401);
    expect((await stage.ask("GET /api/v1/runs/nobody/report?format=html")).body).toMatchObject({ code: "no-such-run" });
    expect((await download("pdf")).body).toMatchObject({ code: "bad-request" });
  });
  it("is known again by its tag, and has the same headers without its body", async () => {
    const { headers } = await download("html");
    expect((await download("html", { headers: { "if-none-match": String(headers.etag) } })).status).toBe(304);
    const head = await stage.ask(`HEAD /api/v1/runs/${run}/report?format=html`);
    expect([head.status, head.text, head.headers["content-disposition"]]).toEqual([
      ...[200, "", headers["content-disposition"]],
    ]);
  });
});
