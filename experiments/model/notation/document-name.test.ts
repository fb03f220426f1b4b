import { describe, expect, it } from "vitest";
import { NAME } from "../names.ts";
import { parseExperiment } from "../read/experiment.ts";
import { parseMesh } from "../read/mesh.ts";
import { parsePolicy } from "../read/policy.ts";
import { parseSchedule } from "../read/schedule.ts";
import {
  DOCUMENT_NAME,
  documentName,
  documentNameOfFile,
  fileNameOfDocument,
  LONGEST_DOCUMENT_NAME,
  nameInMetadata,
  resolveDocumentName,
  splitDocumentName,
} from "./document-name.ts";

const L63 = "x".repeat(63);
const HOSTILE = [
  ...["a/b/c", "/x", "x/", "/", "//", "../x", "x/..", "./x", "%2F", "a%2Fb", "", " ", "a b/c", "A/b", "a/B", "a.b/c"],
  ...[
    "a_b",
    "-a/b",
    "a-/b",
    "a/-b",
    "shop\\x",
    "shop/x\n",
    "\nshop/x",
    "shop/x\0",
    `${L63}x`,
    `${L63}x/a`,
    `a/${L63}x`,
  ],
  ...["é", "🙂/x", "__proto__", "$" + "{NS}/x"],
];

describe("a qualified name", () => {
  it("is the bare name in the namespace default, and namespace/name elsewhere", () => {
    expect(documentName("x")).toBe("x");
    expect(documentName("x", "default")).toBe("x");
    expect(documentName("x", "shop")).toBe("shop/x");
  });
  it("splits into the parts that made it, whatever the names", () => {
    for (const namespace of ["default", "shop", "a", L63, "a-b"])
      for (const name of ["x", "default", L63, "shop-x"])
        expect(splitDocumentName(documentName(name, namespace))).toEqual({ namespace, name });
  });
  it("is different for each pair of namespace and name, as text and as a file name", () => {
    const labels = ["x", "shop", "shop-x", "default", "a-b", "a", "b"];
    const all = labels.flatMap((namespace) => labels.map((name) => documentName(name, namespace)));
    expect(new Set(all).size).toBe(all.length);
    expect(new Set(all.map(fileNameOfDocument)).size).toBe(all.length);
    for (const name of all) {
      expect(fileNameOfDocument(name)).toMatch(/^[a-z0-9.-]+$/);
      expect(documentNameOfFile(fileNameOfDocument(name))).toBe(name);
    }
  });
  it("is refused in every form but name and namespace/name", () => {
    for (const text of ["x", "shop/x", "default/x", L63, `${L63}/${L63}`])
      expect([text, DOCUMENT_NAME.test(text)]).toEqual([text, true]);
    for (const text of HOSTILE) expect([text, DOCUMENT_NAME.test(text)]).toEqual([text, false]);
    expect(`${L63}/${L63}`).toHaveLength(LONGEST_DOCUMENT_NAME);
  });
  it("is read from metadata that may be anything", () => {
    expect(nameInMetadata({ name: "x" })).toBe("x");
    expect(nameInMetadata({ name: "x", namespace: "shop" })).toBe("shop/x");
    for (const namespace of [null, 7, {}, []]) expect(nameInMetadata({ name: "x", namespace })).toBe("x");
  });
});

describe("a reference", () => {
  it("means the namespace of the document that refers, unless it names one", () => {
    expect(resolveDocumentName("x")).toBe("x");
    expect(resolveDocumentName("x", "shop")).toBe("shop/x");
    expect(resolveDocumentName("bank/x", "shop")).toBe("bank/x");
    expect(resolveDocumentName("default/x", "shop")).toBe("x");
  });
});

const expectation = { name: "good", http: { to: "gateway", rate: "10/s" }, good: { status: "2xx" }, objective: "99%" };
const fault = { name: "slow", edge: { from: "checkout", to: "payments" }, latency: { delay: "1s" } };
const SPECS = {
  Experiment: { hypothesis: [expectation], faults: [fault] },
  Mesh: { services: { gateway: {} } },
  Schedule: { experiment: "x", cron: "@daily" },
  Policy: { protected: ["gateway"] },
} as const;
const PARSERS = {
  Experiment: parseExperiment,
  Mesh: parseMesh,
  Schedule: parseSchedule,
  Policy: parsePolicy,
} as const;
type Kind = keyof typeof SPECS;
const parse = (kind: Kind, metadata: object, spec: object = {}) =>
  PARSERS[kind]({ apiVersion: "squall.dev/v1", kind, metadata, spec: { ...SPECS[kind], ...spec } });
const nameOf = (read: ReturnType<typeof parse>) => {
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return Object.values(read)[0]!.name;
};

describe.each(Object.keys(SPECS) as Kind[])("a document of kind %s", (kind) => {
  it("has its qualified name, the same without a namespace and with `default`", () => {
    expect(nameOf(parse(kind, { name: "x" }))).toBe("x");
    expect(nameOf(parse(kind, { name: "x", namespace: "default" }))).toBe("x");
    expect(nameOf(parse(kind, { name: "x", namespace: "shop" }))).toBe("shop/x");
  });
  it("is refused with a namespace or a name that is no DNS label, at that place", () => {
    for (const bad of [...HOSTILE, "shop/x", null, 7, {}, []].filter(
      (one) => !NAME.test(String(one)) || one === null,
    )) {
      expect([bad, parse(kind, { name: "x", namespace: bad })]).toMatchObject([
        bad,
        { problems: [{ path: ["metadata", "namespace"] }] },
      ]);
      expect([bad, parse(kind, { name: bad })]).toMatchObject([bad, { problems: [{ path: ["metadata", "name"] }] }]);
    }
  });
});

describe("a schedule", () => {
  it("refers to the experiment of its own namespace, or of another that it names", () => {
    const experimentOf = (experiment: string, namespace?: string) => {
      const read = parse("Schedule", { name: "nightly", ...(namespace && { namespace }) }, { experiment });
      if (!("schedule" in read)) throw new Error(JSON.stringify(read));
      return read.schedule.experiment;
    };
    expect(experimentOf("x")).toBe("x");
    expect(experimentOf("x", "shop")).toBe("shop/x");
    expect(experimentOf("bank/x", "shop")).toBe("bank/x");
    expect(experimentOf("default/x", "shop")).toBe("x");
  });
  it("is refused with a reference of another form", () => {
    for (const experiment of HOSTILE)
      expect([experiment, parse("Schedule", { name: "nightly" }, { experiment })]).toMatchObject([
        experiment,
        { problems: [{ path: ["spec", "experiment"] }] },
      ]);
  });
});
