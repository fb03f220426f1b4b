// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how variables are written in files
import { describe, expect, it } from "vitest";
import { kindOf, readApplicables } from "./documents.ts";

const MESH =
  "apiVersion: squall.dev/v1\nkind: Mesh\nmetadata: { name: shop }\nspec:\n  services: { front: { endpoints: ['127.0.0.1:1'] }, back: { endpoints: ['127.0.0.1:2'] } }\n  edges: [{ from: front, to: back, listen: '127.0.0.1:3', protocol: http }]\n";
const experiment = (name: string, delay = "1s") =>
  `apiVersion: squall.dev/v1\nkind: Experiment\nmetadata: { name: ${name} }\nspec:\n  hypothesis: [{ name: it answers, http: { to: front, rate: 40/s }, good: { status: 2xx }, objective: 99% }]\n  faults: [{ name: slow, edge: { from: front, to: back }, latency: { delay: ${delay} } }]\n`;
const SCHEDULE = `apiVersion: squall.dev/v1\nkind: Schedule\nmetadata: { name: nightly }\nspec: { experiment: slow, cron: "0 3 * * *", timeZone: Europe/Berlin }\n`;
const POLICY = "apiVersion: squall.dev/v1\nkind: Policy\nmetadata: { name: careful }\nspec: { protected: [back] }\n";
const FOREIGN = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: front }\n";

const source = (text: string, file = "all.yaml", named = true) => ({ file, text, named, directory: "/" });
const read = (texts: readonly string[], variables = {}) => readApplicables([source(texts.join("---\n"))], variables);

describe("documents to apply", () => {
  it("come in an order in which each finds what it names, wherever they stand", async () => {
    const { documents, problems } = await read([SCHEDULE, experiment("slow"), POLICY, MESH]);
    expect(problems).toEqual([]);
    expect(documents.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...["Mesh shop", "Policy careful", "Experiment slow", "Schedule nightly"],
    ]);
  });
  it("have every problem of every kind told at its place", async () => {
    const { problems } = await read([
      experiment("slow", "soon"),
      SCHEDULE.replace("Europe/Berlin", "Europe/Berlinn"),
      POLICY.replace("protected", "protcted"),
      MESH.replace("to: back", "to: bakc"),
    ]);
    const told = problems.map(({ file, line, message }) => `${file}:${line} ${message}`).join("\n");
    expect(problems.length).toBeGreaterThanOrEqual(4);
    for (const word of ["soon", "Berlinn", "protcted", "bakc"]) expect(told).toContain(word);
  });
  it("pass over those of other tools, but not a file that was named and holds nothing else", async () => {
    expect((await read([FOREIGN, experiment("slow")])).documents).toHaveLength(1);
    expect((await readApplicables([source(FOREIGN, "k8s.yaml", false)], {})).problems).toEqual([]);
    expect((await readApplicables([source(FOREIGN, "k8s.yaml")], {})).problems).toMatchObject([
      { file: "k8s.yaml", message: expect.stringContaining("expected a document of kind Mesh, Experiment") },
    ]);
  });
  it("of a kind that does not exist are a problem", async () => {
    const { problems } = await read([experiment("slow").replace("Experiment", "Experment")]);
    expect(problems).toMatchObject([{ message: expect.stringContaining("Schedule or Policy") }]);
  });
  it("of one kind and name stand in one place only", async () => {
    const { problems } = await readApplicables(
      [source(experiment("slow"), "a.yaml"), source(experiment("slow"), "b.yaml")],
      {},
    );
    expect(problems).toMatchObject([{ file: "b.yaml", message: expect.stringContaining("stands in a.yaml already") }]);
  });
  it("keep the variables that were not given, for the server to fill in", async () => {
    const text = experiment("slow", "'${DELAY}'").replace("http: { to: front", "http: { to: front, path: '/${TENANT}'");
    const { documents, problems } = await read([text], { DELAY: "2s" });
    expect(problems).toEqual([]);
    expect(JSON.stringify(documents[0]!.content)).toContain('"delay":"2s"');
    expect(JSON.stringify(documents[0]!.content)).toContain('"path":"/${TENANT}"');
  });
});

describe("a kind on the command line", () => {
  it.each(["policy", "Policy", "policies", "POLICIES"])("is %s in any of its forms", (text) => {
    expect(kindOf(text)).toBe("Policy");
  });
  it("that does not exist is told with those that do", () => {
    expect(() => kindOf("pod")).toThrow("kind pod: expected mesh, experiment, schedule or policy");
  });
});
