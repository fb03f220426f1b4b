/** Third-party linters find no problem in the OpenAPI document, by their recommended rules. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentText } from "../../scripts/clients.ts";
import { findNodeTools, NODE_TOOLS, toolsLack } from "../../scripts/openapi-tools.ts";
import { needing } from "../needing.ts";

const tools = findNodeTools();
const folder = mkdtempSync(join(tmpdir(), "squall-lint-"));
const file = join(folder, "openapi.json");
writeFileSync(file, documentText());

/** Environment in which neither linter uses the network. */
const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" };
const run = (bin: string, ...argv: readonly string[]) => {
  const command = [join(tools!, "node_modules", bin), ...argv];
  return spawnSync(process.execPath, command, { encoding: "utf8", cwd: folder, env });
};
/** A document in which each linter finds a problem. */
const wrong = join(folder, "wrong.json");
writeFileSync(wrong, documentText().replaceAll('"operationId"', '"x-operationId"'));

needing(describe, toolsLack(NODE_TOOLS))("the OpenAPI document", () => {
  it("is clean to spectral", () => {
    const ruleset = join(folder, "spectral.json");
    writeFileSync(ruleset, '{ "extends": ["spectral:oas"] }');
    const lint = (document: string) =>
      run("@stoplight/spectral-cli/dist/index.js", "lint", document, "-r", ruleset, "-F", "hint", "-f", "json", "-q");
    const { stdout, status } = lint(file);
    expect([JSON.parse(stdout), status]).toEqual([[], 0]);
    expect(lint(wrong).stdout).toContain("operation-operationId");
  });
  it("is clean to redocly", () => {
    const lint = (document: string) =>
      JSON.parse(run("@redocly/cli/bin/cli.js", "lint", document, "--extends=recommended", "--format=json").stdout);
    expect(lint(file)).toMatchObject({ totals: { errors: 0, warnings: 0, ignored: 0 }, problems: [] });
    expect(lint(wrong).totals.warnings).toBeGreaterThan(0);
  });
});
