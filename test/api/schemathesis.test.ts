/**
 * schemathesis against a real server, once in each role and once without a token: the OpenAPI document matches the
 * behaviour, and no client gets around a role. Few seconds each for a change; minutes for a soak.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPythonTools, PYTHON_TOOLS, toolsLack } from "../../scripts/openapi-tools.ts";
import { prometheusMetrics } from "../../server/metrics/prometheus.ts";
import { needing } from "../needing.ts";
import { experimentOf, TOKEN } from "../server/house.ts";
import { often } from "../soak.ts";
import { openStage, type Stage } from "./stage.ts";

const FOLDER = join(import.meta.dirname, "schemathesis");
const tools = findPythonTools();
/**
 * `seconds`: upper limit, seldom used up for a change. `coverage` tries each constraint by itself; `stateful` follows
 * links in answers.
 */
const RUNS = [
  { role: "nobody", seconds: often(10, 60), phases: often("fuzzing", "coverage,fuzzing") },
  { role: "viewer", seconds: often(10, 120), phases: often("fuzzing", "coverage,fuzzing,stateful") },
  { role: "operator", seconds: often(10, 180), phases: often("fuzzing", "coverage,fuzzing,stateful") },
  { role: "admin", seconds: often(10, 240), phases: often("fuzzing", "examples,coverage,fuzzing,stateful") },
] as const;
/**
 * All checks of schemathesis except `use_after_free` and `ensure_resource_availability`, which assume deletes without a
 * trace: versions of a document stay readable. `object_level_authorization` needs two owners; here every role reads
 * every object.
 */
const CHECKS = [
  ...["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance"],
  ...["response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "missing_required_header"],
  ...["unsupported_method", "allow_header_conformance", "ignored_auth", "role_is_kept"],
];

/**
 * Operations with whole files as bodies: schemathesis takes seconds for each, so they are left to the soak, and to
 * fuzz.test.ts.
 */
const SLOW = ["startRun", "planRun", "applyDocument"];

let stage: Stage;
let run: string;
const tokens = new Map<string, string>();
beforeAll(async () => {
  stage = await openStage({ metrics: prometheusMetrics({ version: "0.0.0", store: "sqlite" }) });
  await stage.ask("PUT /api/v1/documents/Experiment/tiny", { body: experimentOf() });
  const spec = { experiment: "tiny", cron: "0 0 1 1 *", timeZone: "UTC" };
  const schedule = { apiVersion: "squall.dev/v1", kind: "Schedule", metadata: { name: "tiny" }, spec };
  await stage.ask("PUT /api/v1/documents/Schedule/tiny", { body: schedule });
  run = await stage.house.start(experimentOf());
  await stage.ask(`POST /api/v1/runs/${run}/halt`);
  await stage.house.ended(run);
  for (const role of ["viewer", "operator"] as const) tokens.set(role, (await stage.newToken(role)).token);
  // The server's own token cannot be revoked by any request.
  tokens.set("admin", TOKEN);
});
afterAll(async () => {
  await stage.ask("POST /api/v1/halt", { body: { reason: "the test is over" } });
  await stage.close();
});

/** The output of schemathesis, and its exit code: 0 without findings. */
const fuzz = ({ role, seconds, phases }: (typeof RUNS)[number]) =>
  new Promise<{ readonly code: number | null; readonly said: string }>((resolve, reject) => {
    const folder = mkdtempSync(join(tmpdir(), "squall-schemathesis-"));
    const config = join(folder, "schemathesis.toml");
    writeFileSync(config, readFileSync(join(FOLDER, "config.toml"), "utf8").replaceAll("RUN", run));
    const token = tokens.get(role);
    const argv = [
      ...["--config-file", config, "run", `${stage.house.server.url}/api/v1/openapi.json`],
      ...[
        "--phases",
        phases,
        "--max-time",
        String(seconds),
        "--max-examples",
        String(often(3, 50)),
        "--checks",
        CHECKS.join(","),
      ],
      ...["--warnings", "off", "--no-shrink"],
      ...often(SLOW, []).flatMap((operation) => ["--exclude-operation-id", operation]),
      ...(token === undefined ? [] : ["--header", `Authorization: Bearer ${token}`]),
    ];
    const env = { ...process.env, SCHEMATHESIS_HOOKS: join(FOLDER, "hooks.py"), SQUALL_ROLE: role, NO_COLOR: "1" };
    const python = join(tools!, "bin/schemathesis");
    const child = spawn(python, argv, { cwd: folder, env: { ...env, PYTHONDONTWRITEBYTECODE: "1" } });
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => parts.push(String(part)));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, said: parts.join("") }));
  });

needing(describe, toolsLack(PYTHON_TOOLS))("schemathesis finds nothing", () => {
  it.each(RUNS)("as $role", { timeout: 600_000, retry: 0 }, async (as) => {
    const { code, said } = await fuzz(as);
    expect(said).toMatch(/Test cases:\s+\d+ generated/);
    expect(code, said).toBe(0);
  });
});
