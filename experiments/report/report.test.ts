import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { notRun } from "../../cli/report/not-run.ts";
import { HOSTILE } from "../../test/cli/hostile.ts";
import { hostileRun, leakingRun, sampleRun } from "../../test/cli/sample-run.ts";
import { asInstance } from "../model/names.ts";
import type { Verdict } from "../model/verdict/verdict.ts";
import { htmlReport } from "./html/page.ts";
import { jsonReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { COLOURS, PLAIN } from "./terminal/paint.ts";
import { widthOf } from "./terminal/width.ts";
import { textReport, textTable } from "./text.ts";

describe("the blast radius in a report", () => {
  const WHY = "12% of calls from catalog fail (0% before)";
  it("names the damaged services, since when and why, who leaked, where it stopped, and where nothing could be seen", () => {
    const text = textReport(leakingRun(), { width: 140, paint: PLAIN });
    const lines = text.split("\n");
    const first = lines.indexOf("  SERVICE    STATE                 SINCE   WHY");
    expect(lines.slice(first + 1, first + 3)).toEqual([
      "  checkout   contained (fallback)  +0.5 s  it answers without payments",
      `  inventory  failing (leak)        +1.0 s  ${WHY}`,
    ]);
    expect(text.replace(/\s+/g, " ")).toContain(
      "Leaks would show on 1 of 3 edges beyond the declared radius, from 17% errors on at the latest (catalog → inventory). Too little passed a → b and a → c.",
    );
    const markdown = markdownReport([leakingRun()]);
    expect(markdown).toContain(`| inventory | **failing (leak)** | +1.0 s | ${WHY.replace(/[()]/g, "\\$&")} |`);
    expect(junitReport([leakingRun()], "h")).toContain('<property name="leaks" value="catalog-&gt;inventory"/>');
    expect(JSON.parse(jsonReport([leakingRun()], { version: "1", exitCode: 1 })).runs[0].radius.leaks).toHaveLength(1);
  });
});
it("a receipt at the callee is told with its place in each form", () => {
  const run = sampleRun();
  const receipts = run.receipts.map((receipt) => ({ ...receipt, at: "callee" as const, escaped: 12 }));
  const at = { ...run, receipts };
  const [{ from, to }] = receipts as [(typeof receipts)[0]];
  const place = `${from} → ${to} (at callee)`;
  const spelled = [
    textReport(at, { width: 200, paint: PLAIN }),
    htmlReport([at], "1"),
    markdownReport([at]).replace(/\\/g, ""),
  ];
  for (const text of spelled) expect(text.replace(/\s+/g, " ")).toContain(place);
  expect(textReport(run, { width: 200, paint: PLAIN })).not.toContain("at callee");
});
const everyVerdict: readonly (Verdict | null)[] = [
  "HELD",
  "BROKEN",
  "INVALID",
  "INCONCLUSIVE",
  "HALTED",
  "RESIDUE",
  null,
];
const invalid = () =>
  notRun(
    { experiment: "typo", description: "", file: "typo.yaml", mode: "full", seed: null },
    "INVALID",
    "file",
    "typo.yaml:3:5: unknown key `latncy`",
    "2026-01-05T10:15:00.250Z",
  );

describe("the text report", () => {
  it("tells verdict, reason, receipts, expectations, recovery and audit within 80 columns", () => {
    expect(textReport(sampleRun(), { width: 80, paint: PLAIN }).split("\n")).toEqual([
      "BROKEN  checkout-survives-slow-payments",
      "  run 20260105T101500Z-k3f9  seed 42  38.2 s",
      "  61 of 400 checkouts took over 500 ms; at most 4 may. First at +3.1 s.",
      "  experiments/checkout.yaml",
      "",
      "  FAULT             EDGE                 SEEN  MATCHED  HIT  SPARED",
      "  payments is slow  checkout → payments   812      800  780      20",
      "",
      "  EXPECTATION     OBJECTIVE        BASELINE       DURING  RECOVERY  EXPOSED  MET",
      "  shoppers can    99%               400/400  339/400 +3?   200/200      388  no",
      "  check out",
      "  the mesh sees   99.9% 95% 99.9%   400/400      400/400         –    ≤ 388  yes",
      "  healthy",
      "  checkouts",
      "",
      "  shoppers can check out: first bad 15.2 s in: took 512 ms, over 500 ms",
      "  shoppers can check out: 3 samples errored: 2 no descriptors, 1 late prober.",
      "  The first: connect EMFILE 127.0.0.1:7101",
      "",
      "  recovered 1.2 s after the faults were taken away",
      "  audit: attested (1 agent)",
    ]);
  });
  it("cuts nothing at 140 columns", () => {
    const text = textReport(sampleRun(), { width: 140, paint: PLAIN });
    expect(text).not.toContain("…");
    expect(text).toContain(
      "  the mesh sees healthy checkouts  99.9% 95% 99.9%   400/400      400/400         –    ≤ 388  yes",
    );
  });
  it("cuts no table where there is no terminal, whatever sentences are broken for", () => {
    const text = textReport(sampleRun(), { width: 40, tableWidth: Number.POSITIVE_INFINITY, paint: PLAIN });
    expect(text.split("\n")[0]).toBe(
      "BROKEN  checkout-survives-slow-payments  run 20260105T101500Z-k3f9  seed 42  38.2 s",
    );
    expect(text).toContain("the mesh sees healthy checkouts  99.9% 95% 99.9%");
    expect(text).not.toContain("…");
  });
  it("says that the audit is not yet while a run is under way", () => {
    const text = textReport(
      sampleRun({
        state: "injecting",
        verdict: null,
        audit: [{ agent: asInstance("a"), grade: "unknown", detail: "no answer" }],
      }),
      { width: 80, paint: PLAIN },
    );
    expect(text).toContain("audit: not yet (1 agent)");
    expect(text).not.toContain("unknown");
  });
  it("leaves the reason out first where several runs do not fit, and never cuts a duration", () => {
    const lines = textTable([sampleRun(), invalid()], { width: 60, paint: PLAIN }).split("\n");
    expect(lines[0]).toBe("VERDICT  EXPERIMENT                       HITS    TOOK");
    expect(lines[1]).toBe("BROKEN   checkout-survives-slow-payments   780  38.2 s");
  });
  it("says of a broken run that never recovered that it did not", () => {
    expect(textReport(sampleRun({ recoveredMs: null }), { width: 80, paint: PLAIN })).toContain("NOT RECOVERED");
    expect(textReport(sampleRun({ recoveredMs: null, injected: false }), { width: 80, paint: PLAIN })).not.toContain(
      "RECOVERED",
    );
  });
  it("names the agents on which faults may be left", () => {
    const text = textReport(hostileRun("agent-7"), { width: 80, paint: PLAIN });
    expect(text).toContain("RESIDUE on agent-7");
    expect(text).toContain("agent-7: unknown");
  });
  it.each(HOSTILE)("keeps its lines and columns whatever the names are: %j", (text) => {
    for (const width of [80, 140])
      for (const rendered of [
        textReport(hostileRun(text), { width, paint: PLAIN }),
        textTable([hostileRun(text)], { width, paint: PLAIN }),
      ])
        for (const line of rendered.split("\n")) {
          expect(widthOf(line)).toBeLessThanOrEqual(width);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
          expect(line).not.toMatch(/^\s*::[a-z]/i);
        }
  });
  it("paints without changing a word", () => {
    const painted = textReport(sampleRun(), { width: 80, paint: COLOURS });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are control sequences
    expect(painted.replace(/\u001b\[\d+m/g, "")).toBe(textReport(sampleRun(), { width: 80, paint: PLAIN }));
    expect(painted).not.toBe(textReport(sampleRun(), { width: 80, paint: PLAIN }));
  });
  it("puts several runs into one table", () => {
    const held = sampleRun({ verdict: "HELD", because: "held", reason: "All held." });
    expect(textTable([held, invalid()], { width: 80, paint: PLAIN }).split("\n")).toEqual([
      "VERDICT  EXPERIMENT                       HITS    TOOK  REASON",
      "HELD     checkout-survives-slow-payments   780  38.2 s  All held.",
      "INVALID  typo                                0   0.0 s  typo.yaml:3:5: unknown …",
    ]);
  });
});

describe("looks that told nothing", () => {
  it("are told in every form with their causes and the first of them, also of a run that held", () => {
    const held = sampleRun({ verdict: "HELD", because: "held", reason: "Held." });
    const words = "2 no descriptors, 1 late prober";
    for (const text of [
      textReport(held, { width: 140, paint: PLAIN }),
      junitReport([held], "ci-7"),
      markdownReport([held]),
    ]) {
      expect(text.replace(/\s+/g, " ")).toContain(words);
      expect(text.replace(/\s+/g, " ")).toContain("connect EMFILE 127.0.0.1:7101");
    }
    expect(JSON.parse(jsonReport([held], { version: "1", exitCode: 0 })).runs[0].expectations[0].errored).toEqual({
      by: { "no descriptors": 2, "late prober": 1 },
      first: "connect EMFILE 127.0.0.1:7101",
    });
  });
  it("are not mentioned where there are none", () => {
    const [, seen] = sampleRun().expectations;
    expect(textReport(sampleRun({ expectations: [seen!] }), { width: 140, paint: PLAIN })).not.toContain(
      "told nothing",
    );
  });
});

describe("the JSON report", () => {
  it("is one document of schemaVersion 1 with what the runs have", () => {
    const written = JSON.parse(jsonReport([sampleRun()], { version: "1.2.3", exitCode: 1 }));
    expect(written).toMatchObject({
      schemaVersion: 1,
      tool: { name: "squall", version: "1.2.3" },
      exitCode: 1,
      runs: [
        {
          ...{
            id: "20260105T101500Z-k3f9",
            file: "experiments/checkout.yaml",
            verdict: "BROKEN",
            because: "expectation",
          },
          receipts: [{ fault: "payments is slow", from: "checkout", to: "payments", unit: "exchange", injected: 780 }],
          expectations: [
            { name: "shoppers can check out", phases: { during: { good: 339, bad: 61, errored: 3 } }, met: false },
            { met: true },
          ],
          ...{ recoveredMs: 1_200, audit: [{ agent: "shop", grade: "attested" }], residue: [] },
        },
      ],
    });
    expect(written.runs[0].expectations[0]).not.toHaveProperty("timeline");
  });
  it("has one tally a second where they are asked for", () => {
    const written = JSON.parse(jsonReport([sampleRun()], { version: "1", exitCode: 1, timelines: true }));
    expect(written.runs[0].expectations[0].timeline).toHaveLength(1);
  });
  it("tells the problems of files that were not run", () => {
    const written = JSON.parse(
      jsonReport([invalid()], { version: "1", exitCode: 2, problems: [{ file: "typo.yaml", line: 3 }] }),
    );
    expect(written.problems).toEqual([{ file: "typo.yaml", line: 3 }]);
    expect(written.runs[0]).toMatchObject({ id: "", verdict: "INVALID", because: "file", injected: false });
  });
});

const xsd = readFileSync(new URL("../../test/cli/junit.xsd", import.meta.url), "utf8");
const errorsOf = async (contents: string) => {
  const result = await validateXML({
    xml: { fileName: "report.xml", contents },
    schema: { fileName: "junit.xsd", contents: xsd },
  });
  return result.errors.map(({ message }) => message);
};

describe("the JUnit report", () => {
  it("is valid against the schema for every verdict and for no run at all", async () => {
    const runs = everyVerdict.map((verdict) => sampleRun({ verdict }));
    expect(await errorsOf(junitReport([...runs, invalid()], "ci-7"))).toEqual([]);
    expect(await errorsOf(junitReport([], "ci-7"))).toEqual([]);
  });
  it("would be refused by the schema if it were wrong", async () => {
    expect(await errorsOf(junitReport([sampleRun()], "ci-7").replace(' hostname="ci-7"', ""))).not.toEqual([]);
  });
  it("is valid whatever the names are", async () => {
    expect(await errorsOf(junitReport(HOSTILE.map(hostileRun), "ho\u0000st"))).toEqual([]);
  });
  it.each([
    ["HELD", 0, 0],
    // The run and the expectation that broke; the other expectation held.
    ["BROKEN", 2, 0],
    ["INVALID", 0, 3],
    ["INCONCLUSIVE", 0, 3],
    ["HALTED", 0, 3],
    ["RESIDUE", 0, 3],
  ] as const)(
    "has a case for the run and for each expectation: %s counts %i failures and %i errors",
    (verdict, failures, errors) => {
      const written = junitReport([sampleRun({ verdict })], "ci-7");
      const totals = `tests="3" failures="${failures}" errors="${errors}"`;
      expect(written).toContain(`<testsuites name="squall" ${totals} time="38.240">`);
      expect(written.match(new RegExp(totals, "g"))).toHaveLength(2);
      expect(written.match(/<testcase /g)).toHaveLength(3);
      expect(written.match(/<failure /g) ?? []).toHaveLength(failures);
      expect(written.match(/<error /g) ?? []).toHaveLength(errors);
      expect(written).not.toContain("skipped");
    },
  );
  it("names each expectation, tells what became of it, and sums all runs at the root", () => {
    const [broken, held] = sampleRun().expectations;
    const open = { ...held!, met: null, reason: "too few samples" };
    const written = junitReport([sampleRun({ expectations: [broken!, open] }), invalid()], "ci-7");
    expect(written).toContain('<testcase name="checkout-survives-slow-payments: shoppers can check out"');
    expect(written).toContain('message="61 of 400 were bad; at most 4 may"');
    expect(written).toContain('message="not judged: too few samples"');
    expect(written).toContain('<testsuites name="squall" tests="4" failures="2" errors="2"');
  });
  it("never shows a run that is still under way, or had no verdict to give, under its plain name as passed", () => {
    expect(junitReport([sampleRun({ verdict: null, state: "injecting" })], "ci-7")).toContain("<error ");
    expect(junitReport([sampleRun({ verdict: null, mode: "shadow" })], "ci-7")).toContain("(shadow, no verdict)");
  });
});

describe("the Markdown report", () => {
  it("has an overview for several runs and a section for each", () => {
    const written = markdownReport([sampleRun(), invalid()]);
    expect(written).toContain("| 🔴 BROKEN | checkout-survives-slow-payments | 780 |");
    expect(written).toContain("### 🟡 INVALID: typo");
    expect(written).toContain("| payments is slow | checkout → payments | 812 | 800 | 780 | 20 | 0 | 0 |");
    expect(written.endsWith("\n")).toBe(true);
  });
  it.each(HOSTILE)("keeps its rows and columns whatever the names are: %j", (text) => {
    const plain = markdownReport([hostileRun("x")]).split("\n");
    const written = markdownReport([hostileRun(text)]).split("\n");
    expect(written).toHaveLength(plain.length);
    const cells = (line: string) => line.replaceAll("\\|", "").split("|").length;
    for (const [index, line] of written.entries())
      if (line.startsWith("|")) expect(cells(line)).toBe(cells(plain[index]!));
    expect(written.join("\n")).not.toMatch(/<(?!\/?sub>|br>)[a-z!]/i);
  });
});
