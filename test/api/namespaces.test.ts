/** Namespaces over HTTP: documents of the same name beside each other, in every route that names a document. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentOf } from "../server/house.ts";
import { openStage, type Stage, tokensOfAll } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const PATH = "/api/v1/documents/Experiment/tiny";
const SHOP = "?namespace=shop";
const inShop = (description: string) => {
  const content = experimentOf({ spec: { description } });
  return { ...content, metadata: { ...content.metadata, namespace: "shop" } };
};
const nightly = (experiment: string, namespace?: string) => ({
  ...{ apiVersion: "squall.dev/v1", kind: "Schedule" },
  metadata: { name: "nightly", ...(namespace && { namespace }) },
  spec: { experiment, cron: "0 3 1 1 *" },
});
const put = (path: string, body: unknown, token?: string) =>
  stage.ask(`PUT ${path}`, { body, ...(token === undefined ? {} : { token }) });
const namesOf = async (query: string) => {
  const { body } = await stage.ask(`GET /api/v1/documents${query}`);
  return body.documents.map(({ name }: { name: string }) => name);
};

describe("documents of the same name in two namespaces", () => {
  it("are created, read, changed and listed each by itself", async () => {
    expect(await put(PATH, experimentOf({ spec: { description: "of default" } }))).toMatchObject({
      status: 201,
      body: { document: { name: "tiny", version: 1 } },
    });
    expect(await put(`${PATH}${SHOP}`, inShop("one"))).toMatchObject({
      status: 201,
      body: { outcome: "created", document: { name: "shop/tiny", version: 1 } },
    });
    expect(await put(`${PATH}${SHOP}`, inShop("two"))).toMatchObject({
      status: 200,
      body: { changes: [{ path: ["spec", "description"] }], document: { version: 2 } },
    });
    const read = async (query: string) => (await stage.ask(`GET ${PATH}${query}`)).body;
    expect(await read("")).toMatchObject({
      name: "tiny",
      version: 1,
      content: { spec: { description: "of default" } },
    });
    expect(await read("?namespace=default")).toEqual(await read(""));
    expect(await read(SHOP)).toMatchObject({
      name: "shop/tiny",
      version: 2,
      content: { metadata: { namespace: "shop" } },
    });
    expect((await stage.ask(`GET ${PATH}/versions${SHOP}`)).body.versions).toHaveLength(2);
    expect((await stage.ask(`GET ${PATH}/versions`)).body.versions).toHaveLength(1);
    expect(await namesOf("")).toEqual(["shop/tiny", "tiny"]);
    expect(await namesOf(SHOP)).toEqual(["shop/tiny"]);
    expect(await namesOf("?namespace=default")).toEqual(["tiny"]);
    expect(await namesOf("?namespace=bank")).toEqual([]);
  });
  it("are named as a whole in the audit log", async () => {
    const { body } = await stage.ask("GET /api/v1/audit");
    const targets = body.records.map(({ target }: { target: string }) => target);
    expect(targets).toContain(`${PATH}${SHOP}`);
    expect(targets).toContain(PATH);
  });
  it("are refused where request and document name different namespaces, and nothing is stored", async () => {
    for (const [path, body] of [
      [PATH, inShop("three")],
      [`${PATH}?namespace=bank`, inShop("three")],
      [`${PATH}${SHOP}`, experimentOf()],
    ] as const)
      expect(await put(path, body)).toMatchObject({
        status: 422,
        body: { code: "invalid-document", details: [{ path: ["metadata", "namespace"] }] },
      });
    expect(await namesOf("")).toEqual(["shop/tiny", "tiny"]);
  });
  it("are refused with a namespace that is none", async () => {
    for (const bad of ["a/b", "../x", "%2F", "", "x".repeat(64), "A", "a_b", "%00", "shop&namespace=bank"])
      for (const route of [`GET ${PATH}`, `DELETE ${PATH}`, "GET /api/v1/documents", "GET /api/v1/schedules"])
        expect([bad, route, await stage.ask(`${route}?namespace=${bad}`)]).toMatchObject([bad, route, { status: 400 }]);
    for (const name of ["shop%2Ftiny", "..%2Ftiny", "%2Ftiny"])
      expect([name, await stage.ask(`GET /api/v1/documents/Experiment/${name}`)]).toMatchObject([
        name,
        { status: 400 },
      ]);
  });
  it("need the role that the kind needs, whatever the namespace", async () => {
    const tokens = await tokensOfAll(stage);
    const policy = { apiVersion: "squall.dev/v1", kind: "Policy", metadata: { name: "p", namespace: "shop" } };
    const path = `/api/v1/documents/Policy/p${SHOP}`;
    for (const role of ["viewer", "operator", "agent", "join"] as const)
      expect((await put(path, { ...policy, spec: { protected: ["x"] } }, tokens[role])).status).toBe(403);
    expect((await put(path, { ...policy, spec: { protected: ["x"] } }, tokens.admin)).status).toBe(201);
    for (const role of ["viewer", "agent", "join"] as const)
      expect((await put(`${PATH}${SHOP}`, inShop("x"), tokens[role])).status).toBe(403);
    expect((await stage.ask(`DELETE ${path}`)).status).toBe(200);
  });
});

describe("a schedule in a namespace", () => {
  it("starts the experiment beside it, and its run is told by the qualified names", async () => {
    expect((await put("/api/v1/schedules/nightly", {})).status).toBe(405);
    expect((await put(`/api/v1/documents/Schedule/nightly${SHOP}`, nightly("tiny", "shop"))).status).toBe(201);
    expect((await put("/api/v1/documents/Schedule/nightly", nightly("shop/tiny"))).status).toBe(201);
    const listed = await stage.ask("GET /api/v1/schedules");
    expect(listed.body.schedules).toMatchObject([
      { name: "nightly", experiment: "shop/tiny" },
      { name: "shop/nightly", experiment: "shop/tiny" },
    ]);
    expect((await stage.ask(`GET /api/v1/schedules${SHOP}`)).body.schedules).toHaveLength(1);
    const pause = { body: { reason: "release" } };
    expect(await stage.ask(`POST /api/v1/schedules/nightly/pause${SHOP}`, pause)).toMatchObject({
      body: { name: "shop/nightly", paused: { reason: "release" } },
    });
    expect((await stage.ask("GET /api/v1/schedules/nightly")).body.paused).toBeNull();
    await stage.ask(`POST /api/v1/schedules/nightly/resume${SHOP}`, { body: {} });
    const { status, body } = await stage.ask(`POST /api/v1/schedules/nightly/trigger${SHOP}`, { body: {} });
    expect(status).toBe(201);
    expect(body.id).toMatch(/^shop-tiny-[0-9a-f]{8}$/);
    const { runs } = (await stage.ask("GET /api/v1/runs?schedule=shop%2Fnightly")).body;
    expect(runs).toMatchObject([{ id: body.id, experiment: "shop/tiny", schedule: "shop/nightly", version: 2 }]);
    expect((await stage.ask("GET /api/v1/runs?experiment=shop%2Ftiny")).body.runs).toHaveLength(1);
    expect((await stage.ask("GET /api/v1/runs?experiment=tiny")).body.runs).toEqual([]);
    await stage.ask(`POST /api/v1/runs/${body.id}/halt`, { body: { reason: "seen" } });
  });
  it("keeps its experiment from being deleted, and no other of that name", async () => {
    const { status, body } = await stage.ask(`DELETE ${PATH}${SHOP}`);
    expect({ status, code: body.code }).toEqual({ status: 409, code: "in-use" });
    expect(body.message).toContain("nightly, shop/nightly");
    expect((await stage.ask(`DELETE ${PATH}`)).status).toBe(200);
    expect((await stage.ask(`GET ${PATH}${SHOP}`)).status).toBe(200);
  });
});

describe("a start by name", () => {
  it("takes the qualified name, and plans that document", async () => {
    await put(PATH, experimentOf({ spec: { seed: 1 } }));
    await put(`${PATH}${SHOP}`, { ...inShop("x"), spec: experimentOf({ spec: { seed: 2 } }).spec });
    const seedOf = async (name: string) =>
      (await stage.ask("POST /api/v1/plan", { body: { stored: { name } } })).body.seed;
    expect([await seedOf("tiny"), await seedOf("default/tiny"), await seedOf("shop/tiny")]).toEqual([1, 1, 2]);
    for (const name of ["a/b/c", "/tiny", "../tiny", "shop/", "", "%2F", "x".repeat(64)])
      expect([name, await stage.ask("POST /api/v1/plan", { body: { stored: { name } } })]).toMatchObject([
        name,
        { status: 400 },
      ]);
    expect((await stage.ask("POST /api/v1/plan", { body: { stored: { name: "bank/tiny" } } })).status).toBe(404);
  });
  it("of the longest names has an id that the API takes", async () => {
    const [namespace, name] = ["n".repeat(63), "x".repeat(63)];
    const content = { ...experimentOf(), metadata: { name, namespace } };
    const { body } = await stage.ask("POST /api/v1/runs", { body: { experiment: content } });
    expect(body.id).toMatch(/^n{63}-x{26}-[0-9a-f]{8}$/);
    expect((await stage.ask(`GET /api/v1/runs/${body.id}`)).body.experiment).toBe(`${namespace}/${name}`);
    expect((await stage.ask(`POST /api/v1/runs/${body.id}/halt`, { body: { reason: "seen" } })).status).toBe(200);
  });
});
