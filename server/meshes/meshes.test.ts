import { describe, expect, it } from "vitest";
import type { EdgeOffer } from "../../agent/contract/index.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { asInstance } from "../../experiments/model/names.ts";
import { parseMesh } from "../../experiments/model/read/mesh.ts";
import { FakeClock } from "../../test/server/fake-clock.ts";
import { lineLog } from "../log.ts";
import { meshOfDocument } from "./mesh-document.ts";
import type { MeshChange } from "./meshes.ts";
import { openMeshes } from "./open.ts";

const formOf = (name: string, services: object, edges: readonly object[] = []) => ({
  ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name }, spec: { services, edges } },
});
const meshOf = (...form: Parameters<typeof formOf>): Mesh => {
  const read = parseMesh(formOf(...form));
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.mesh;
};
const PAYMENTS = { endpoints: ["127.0.0.1:7104"], ready: { http: "/healthz" } };
const LEDGER = { endpoints: ["127.0.0.1:7106"] };
const toPayments = { from: "checkout", to: "payments", listen: "127.0.0.1:7204" };
const toLedger = { from: "checkout", to: "ledger", listen: "127.0.0.1:7206", protocol: "tcp" };
const CHECKOUT = meshOf("checkout", { checkout: { labels: { tier: "middle" } }, payments: PAYMENTS }, [toPayments]);

const open = async (more: Partial<Parameters<typeof openMeshes>[0]> = {}) => {
  const lines: string[] = [];
  const changes: MeshChange[] = [];
  const log = lineLog((line) => lines.push(line));
  const meshes = await openMeshes({ clock: new FakeClock(), log, mesh: CHECKOUT, ...more });
  meshes.onChange((change) => changes.push(change));
  const edges = () => meshes.current()?.mesh.edges.map(({ id }) => id) ?? [];
  return { meshes, lines, changes, edges };
};
const stored = async () => {};

describe("documents applied to the mesh", () => {
  const ledger = meshOf("ledger", { checkout: {}, ledger: LEDGER }, [toLedger]);

  it("join what others defined; a caller may be named by its name alone", async () => {
    const { meshes, changes, edges } = await open();
    await meshes.apply("ledger", ledger, "alice", stored);
    expect(edges()).toEqual(["checkout->payments", "checkout->ledger"]);
    const checkout = meshes.current()?.mesh.services.find(({ name }) => name === "checkout");
    expect(checkout?.labels).toEqual({ tier: "middle" });
    expect(changes.map(({ why, diff }) => [why, diff.edges.added])).toEqual([
      ["alice applied the document ledger", ["checkout->ledger"]],
    ]);
  });

  it("may both leave the port to the agent, at either place of a pair", async () => {
    const anywhere = [
      { from: "checkout", to: "ledger", protocol: "tcp" },
      { ...toPayments, listen: undefined, at: "callee" },
    ];
    const forms = anywhere.map((edge) => JSON.parse(JSON.stringify(edge)));
    const { meshes, edges } = await open();
    const services = { checkout: {}, ledger: LEDGER, payments: PAYMENTS };
    await meshes.apply("one", meshOf("one", services, [forms[0]]), "alice", stored);
    await meshes.apply("two", meshOf("two", services, [forms[1]]), "alice", stored);
    expect(edges()).toEqual(["checkout->payments", "checkout->ledger", "checkout->payments:callee"]);
  });
  it("leave everything as it was when they contradict another source, and are not stored", async () => {
    const { meshes, changes } = await open();
    const before = meshes.current();
    const moved = meshOf("moved", { checkout: {}, payments: { ...PAYMENTS, endpoints: ["127.0.0.1:1"] } }, [
      toPayments,
    ]);
    let wasStored = false;
    const proposal = await meshes.apply("moved", moved, "alice", async () => {
      wasStored = true;
    });
    expect(proposal).toMatchObject({ problems: [{ path: ["spec", "services", "payments"] }] });
    expect([wasStored, meshes.current() === before, changes]).toEqual([false, true, []]);
  });

  it("are told a taken address at its place in the document, with who holds it", async () => {
    const { meshes } = await open();
    const clashing = meshOf("b", { catalog: {}, ledger: LEDGER }, [{ ...toPayments, from: "catalog", to: "ledger" }]);
    expect(meshes.propose("b", clashing)).toEqual({
      problems: [
        {
          path: ["spec", "edges", 0, "listen"],
          message: "127.0.0.1:7204 is already taken by the edge checkout → payments of the configuration",
        },
      ],
    });
  });

  it("change nothing when they could not be stored", async () => {
    const { meshes, changes, edges } = await open();
    const failing = meshes.apply("ledger", ledger, "alice", () => Promise.reject(new Error("disk full")));
    await expect(failing).rejects.toThrow("disk full");
    expect([edges(), changes]).toEqual([["checkout->payments"], []]);
    await meshes.apply("ledger", ledger, "alice", stored);
    expect(edges()).toHaveLength(2);
  });

  it("take their edges along when they are deleted, and say which runs that concerns", async () => {
    const { meshes, changes, edges } = await open({
      documents: [{ name: "ledger", content: formOf("ledger", { checkout: {}, ledger: LEDGER }, [toLedger]) }],
    });
    await meshes.apply("ledger", null, "alice", stored);
    expect(edges()).toEqual(["checkout->payments"]);
    expect([...(changes[0]?.touched ?? [])]).toEqual(["checkout->ledger"]);
  });

  it("leave no mesh behind when the last one is deleted", async () => {
    const { meshes, changes } = await open({ mesh: null });
    await meshes.apply("ledger", ledger, "alice", stored);
    await meshes.apply("ledger", null, "alice", stored);
    expect(changes.map(({ after, touched }) => [after === null, touched.size])).toEqual([
      [false, 0],
      [true, 1],
    ]);
  });

  it("can be tried without being applied: the proposal has the revision that would come about", async () => {
    const { meshes, changes } = await open();
    const proposal = meshes.propose("ledger", ledger);
    expect(changes).toEqual([]);
    await meshes.apply("ledger", ledger, "alice", stored);
    expect(proposal).toMatchObject({ revision: meshes.current()?.revision });
  });

  it("are applied one after the other, so that two that contradict each other are not both taken", async () => {
    const { meshes, edges } = await open();
    const other = meshOf("other", { checkout: {}, ledger: { endpoints: ["127.0.0.1:9999"] } }, [toLedger]);
    const slow = () => new Promise<void>((done) => setImmediate(done));
    const replies = await Promise.all([
      meshes.apply("ledger", ledger, "alice", slow),
      meshes.apply("other", other, "bob", slow),
    ]);
    expect(replies.map((reply) => "problems" in reply)).toEqual([false, true]);
    expect(edges()).toEqual(["checkout->payments", "checkout->ledger"]);
  });

  it("that did not fit come into force when what they contradicted is gone", async () => {
    const conflicting = formOf("late", { checkout: {}, ledger: { endpoints: ["127.0.0.1:9999"] } }, [toLedger]);
    const { meshes } = await open({
      documents: [
        { name: "early", content: formOf("early", { checkout: {}, ledger: LEDGER }, [toLedger]) },
        { name: "late", content: conflicting },
      ],
    });
    expect(meshes.sources().find(({ name }) => name === "late")?.problems).toHaveLength(1);
    await meshes.apply("early", null, "alice", stored);
    const service = meshes.current()?.mesh.services.find(({ name }) => name === "ledger");
    expect(service?.endpoints).toEqual([{ address: "127.0.0.1:9999", labels: {} }]);
    expect(meshes.sources().find(({ name }) => name === "late")?.problems).toEqual([]);
  });

  it("with a command are refused: a server starts nothing", () => {
    const form = formOf("shop", { payments: { ...PAYMENTS, command: ["sh", "-c", "id"] } });
    expect(meshOfDocument(form, {})).toMatchObject({
      problems: [{ path: ["spec", "services", "payments", "command"] }],
    });
  });
});

describe("the mesh in force", () => {
  it("shows nobody a command or what is in its environment", async () => {
    const { meshes } = await open({
      mesh: meshOf("shop", { payments: { ...PAYMENTS, command: ["node", "p.js"], env: { KEY: "hunter2" } } }),
    });
    expect(JSON.stringify(meshes.current())).not.toMatch(/hunter2|p\.js/);
  });

  it("has the same revision on two servers that read the same in another order", async () => {
    const services = { checkout: { labels: { tier: "middle" } }, payments: PAYMENTS };
    const one = await open({ mesh: meshOf("shop", services, [toPayments]) });
    const turned = Object.fromEntries(Object.entries(services).map(([name, form]) => [name, { ...form }]));
    const two = await open({
      mesh: meshOf("shop", turned, [{ listen: "127.0.0.1:7204", to: "payments", from: "checkout" }]),
    });
    expect(one.meshes.current()?.revision).toBe(two.meshes.current()?.revision);
  });

  it("starts although a stored document can no longer be read, and says so", async () => {
    const { meshes, lines, edges } = await open({ documents: [{ name: "old", content: { kind: "Mesh" } }] });
    expect(edges()).toEqual(["checkout->payments"]);
    expect(lines.join("\n")).toContain("error: the document old cannot be used, the mesh stays as it was");
    expect(meshes.sources().find(({ name }) => name === "old")?.problems).not.toEqual([]);
  });
});

describe("edges that agents offer", () => {
  const offer = (more: Partial<EdgeOffer> = {}): EdgeOffer => ({
    ...{ from: "checkout", to: "inventory", listen: "127.0.0.1:7205", protocol: "http" },
    ...{ endpoints: ["127.0.0.1:7105"], healthPath: "/healthz", ...more },
  });
  const offered = async (...offers: readonly [string, readonly EdgeOffer[]][]) => {
    const house = await open();
    for (const [instance, list] of offers)
      house.meshes.offered({ instance: asInstance(instance), service: "checkout" }, list);
    return house;
  };

  it("are taken into the mesh where they contradict nothing, once however many offer them", async () => {
    const { meshes, changes, edges } = await offered(["checkout-1", [offer()]], ["checkout-2", [offer()]]);
    expect(edges()).toEqual(["checkout->payments", "checkout->inventory"]);
    expect(changes).toHaveLength(1);
    expect(meshes.discovered()).toMatchObject([{ instances: ["checkout-1", "checkout-2"], adopted: true, why: null }]);
  });

  it("make a mesh where nobody has written one", async () => {
    const { meshes } = await open({ mesh: null });
    expect(meshes.current()).toBeNull();
    meshes.offered({ instance: asInstance("checkout-1"), service: "checkout" }, [offer()]);
    expect(meshes.current()?.mesh.services.map(({ name }) => name)).toEqual(["inventory", "checkout"]);
  });

  it("never lead another's calls elsewhere: a callee answers where the mesh says, or where the first offer said", async () => {
    const astray = offer({ from: "catalog", listen: "127.0.0.1:7207", endpoints: ["10.6.6.6:1"] });
    const { meshes, edges } = await offered(["checkout-1", [offer()]], ["catalog-1", [astray]]);
    expect(edges()).not.toContain("catalog->inventory");
    expect(meshes.discovered()[1]).toMatchObject({ adopted: false, why: expect.stringContaining("10.6.6.6:1") });
  });

  it("never change what somebody has written", async () => {
    const { meshes } = await offered(["checkout-1", [offer({ to: "payments", endpoints: ["127.0.0.1:7104"] })]]);
    expect(meshes.current()?.mesh.edges).toMatchObject([{ listen: "127.0.0.1:7204" }]);
    expect(meshes.discovered()).toMatchObject([{ adopted: false, why: expect.stringContaining("127.0.0.1:7204") }]);
  });

  it("stay in the mesh while any instance makes them, and go when none does", async () => {
    const { meshes, edges } = await offered(["checkout-1", [offer()]], ["checkout-2", [offer()]]);
    meshes.offered({ instance: asInstance("checkout-1"), service: "checkout" }, []);
    expect(edges()).toContain("checkout->inventory");
    meshes.offered({ instance: asInstance("checkout-2"), service: "checkout" }, []);
    expect(edges()).not.toContain("checkout->inventory");
  });

  it("at the callee stand beside those at the caller, and on ports of their own", async () => {
    const toInventory = offer({ listen: "localhost:0" });
    const { edges, meshes } = await offered([
      "checkout-1",
      [toInventory, offer({ listen: "localhost:0", to: "stock" })],
    ]);
    meshes.offered({ instance: asInstance("inventory-1"), service: "inventory" }, [{ ...toInventory, at: "callee" }]);
    expect(edges()).toEqual([
      ...["checkout->payments", "checkout->inventory", "checkout->stock", "checkout->inventory:callee"],
    ]);
    expect(meshes.discovered().map(({ edge, why }) => [edge, why])).toContainEqual([
      "checkout->inventory:callee",
      null,
    ]);
  });
  it("are the agents' part among the sources", async () => {
    const { meshes } = await offered(["checkout-1", [offer()]]);
    expect(meshes.sources().at(-1)).toEqual({ kind: "agents", name: "", services: 1, edges: 1, problems: [] });
  });
});
