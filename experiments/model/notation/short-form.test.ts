import { describe, expect, it } from "vitest";
import { GOOD_EXPERIMENT } from "../../../test/corpus/bad-experiments.ts";
import { readDocuments } from "../document/document.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { readExperiment } from "../read/experiment.ts";

const read = (find: string, put: string): Experiment => {
  const { documents, problems } = readDocuments(
    GOOD_EXPERIMENT.replace(find, () => put),
    "file.yaml",
  );
  const result = problems.length > 0 ? { problems } : readExperiment(documents[0]!);
  if (!("experiment" in result)) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.experiment;
};

describe("short forms mean what the long ones do", () => {
  const LATENCY = "      match: { path: /charge }\n      share: 100%\n      latency: { delay: 2s }";
  it.each([
    ["latency: 2s", "latency: { delay: 2s }"],
    ["abort: 503", "abort: { status: 503 }"],
    ["partition: stall", "partition: { how: stall }"],
    ["bandwidth: 64KiB/s", "bandwidth: { rate: 64KiB/s }"],
    ["bandwidth: 0", "bandwidth: { rate: 0 }"],
    ["slowClose: 2s", "slowClose: { delay: 2s }"],
    ["limitBytes: 100B", "limitBytes: { bytes: 100B }"],
    ["slice: 16B", "slice: { size: 16B }"],
    ["corrupt: 5%", "corrupt: { bytes: 5% }"],
    ["throttle: 10/s", "throttle: { rate: 10/s }"],
  ])("%s", (short, long) => {
    expect(read(LATENCY, `      ${short}`)).toEqual(read(LATENCY, `      ${long}`));
  });

  it.each(["checkout -> payments", "checkout->payments", "checkout → payments"])("edge: %s", (arrow) => {
    expect(read("{ from: checkout, to: payments }", arrow)).toEqual(read("nothing", ""));
  });
  it("an edge of every caller", () => {
    const long = read("{ from: checkout, to: payments }", '{ from: "*", to: payments }');
    expect(read("{ from: checkout, to: payments }", '"* -> payments"')).toEqual(long);
  });

  it("traffic and ratio name edges in the same way", () => {
    const HTTP = "      http: { to: gateway, path: /checkout, rate: 40/s }";
    const long = read(HTTP, "      traffic: { from: gateway, to: checkout }");
    expect(read(HTTP, "      traffic: gateway -> checkout")).toEqual(long);
    const PROMETHEUS = 'prometheus: { url: "http://127.0.0.1:9090", query: up }';
    expect(read(PROMETHEUS, "ratio: { of: checkout -> payments, per: gateway -> checkout }")).toEqual(
      read(PROMETHEUS, "ratio: { of: { from: checkout, to: payments }, per: { from: gateway, to: checkout } }"),
    );
  });

  it("a recovery is as long as it is written, and holds for as long where that is less than 5s", () => {
    const within = (text: string) => read("{ during: 20s }", `{ during: 20s, recovery: ${text} }`).phases.recovery;
    expect(within("30s")).toEqual({ withinMs: 30_000, holdMs: 5_000 });
    expect(within("2s")).toEqual({ withinMs: 2_000, holdMs: 2_000 });
    expect(within("30s")).toEqual(within("{ within: 30s }"));
  });
});
