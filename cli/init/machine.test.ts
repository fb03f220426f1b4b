import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDocuments } from "../../experiments/model/document/document.ts";
import { readMesh } from "../../experiments/model/read/mesh.ts";
import { meshText } from "./draft.ts";
import { type MachineProgram, meshFromMachine } from "./machine.ts";

const program = (more: Partial<MachineProgram>): MachineProgram => ({
  ...{ name: null, command: null, environment: {}, listens: [], calls: [] },
  ...more,
});
const found = (...programs: readonly MachineProgram[]) => meshFromMachine({ programs }, { name: "here" });
const meshOf = (...programs: readonly MachineProgram[]) => {
  const text = meshText(found(...programs)!.draft);
  const { documents, problems } = readDocuments(text, "mesh.yaml");
  const read = documents[0] === undefined ? { problems } : readMesh(documents[0]);
  if ("problems" in read) throw new Error(`${JSON.stringify(read.problems)}\n${text}`);
  return { ...read.mesh, text };
};
const CHECKOUT = program({
  name: "checkout",
  command: "node checkout.js",
  environment: { PAYMENTS_URL: "http://localhost:7104", PORT: "7103" },
  listens: ["127.0.0.1:7103"],
  calls: ["127.0.0.1:5432"],
});
const PAYMENTS = program({
  name: "payments",
  command: "node payments.js",
  listens: ["127.0.0.1:7104", "127.0.0.1:9464"],
});
const POSTGRES = program({ name: "postgres", command: "postgres -D data", listens: ["127.0.0.1:5432"] });

describe("a mesh from what listens on this machine", () => {
  it("has a service for each address, and an edge for each that somebody names or is connected to", () => {
    const { services, edges } = meshOf(CHECKOUT, PAYMENTS, POSTGRES);
    expect(services.map(({ name, endpoints }) => [name, endpoints[0]?.address])).toEqual([
      ["checkout", "127.0.0.1:7103"],
      ["payments", "127.0.0.1:7104"],
      ["payments-9464", "127.0.0.1:9464"],
      ["postgres", "127.0.0.1:5432"],
    ]);
    expect(edges.map(({ id, protocol }) => `${id} ${protocol}`)).toEqual([
      "checkout->payments http",
      "checkout->postgres tcp",
    ]);
  });
  it("says what each caller has to be started with", () => {
    const { services, text } = meshOf(CHECKOUT, PAYMENTS);
    expect(services[0]!.env).toEqual({ PAYMENTS_URL: "http://127.0.0.1:17001" });
    expect(text).toContain("# checkout: put 127.0.0.1:17001 where PAYMENTS_URL has 127.0.0.1:7104");
  });
  it("tells what was found, left out and guessed", () => {
    const sshd = program({ name: "sshd:", listens: ["127.0.0.1:22"] });
    const squall = program({ name: "squall", command: "node cli/squall.js serve", listens: ["127.0.0.1:4780"] });
    expect(found(CHECKOUT, PAYMENTS, POSTGRES, sshd, squall)!.told).toEqual([
      "found checkout on 127.0.0.1:7103 (node checkout.js)",
      "found payments on 127.0.0.1:7104, 127.0.0.1:9464 (node payments.js)",
      "found postgres on 127.0.0.1:5432 (postgres -D data)",
      "left out: sshd:, squall",
      "guessed 2 edges: 1 by environment, 1 by open connections; names by commands, protocols by ports",
    ]);
    expect(found(sshd, squall)).toBeNull();
  });
  it("names after its port what nobody may look at", () => {
    const { services, text } = meshOf(program({ listens: ["127.0.0.1:8080"] }));
    expect(services[0]!.name).toBe("port-8080");
    expect(text).toContain("whose process nobody may look at here");
  });
  it("has callers that listen nowhere", () => {
    const { edges } = meshOf(program({ name: "cron", calls: ["127.0.0.1:7104"] }), PAYMENTS);
    expect(edges.map(({ id }) => id)).toEqual(["cron->payments"]);
  });
  it("carries no secret of an environment into the file", () => {
    const environment = { URL: "http://me:hunter2@127.0.0.1:7104", KEY: "hunter2" };
    expect(meshOf({ ...CHECKOUT, environment }, PAYMENTS).text).not.toContain("hunter2");
  });
  it("is a valid mesh whatever commands and environments hold", () => {
    const word = fc.string({ unit: "binary", maxLength: 40 });
    const address = fc.integer({ min: 1, max: 65_535 }).map((port) => `127.0.0.1:${port}`);
    const any = fc.record({
      name: fc.option(word),
      command: fc.option(word),
      environment: fc.dictionary(word, fc.oneof(word, address)),
      listens: fc.uniqueArray(address, { minLength: 1, maxLength: 3 }),
      calls: fc.array(address, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 4 }), (programs) => {
        const seen = new Set<string>();
        const own = programs.map((one) => ({
          ...one,
          listens: one.listens.filter((each) => !seen.has(each) && seen.add(each)),
        }));
        if (found(...own) !== null) meshOf(...own);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
