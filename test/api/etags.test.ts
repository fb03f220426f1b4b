/** ETags: a known document is not sent again, and no client overwrites a version that the client has not seen. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentOf } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const PATH = "/api/v1/documents/Experiment/tiny";
const put = (body: unknown, headers = {}, query = "") => stage.ask(`PUT ${PATH}${query}`, { body, headers });
const described = (description: string) => experimentOf({ spec: { description } });

describe("an answer", () => {
  it("is not sent again to whoever has it", async () => {
    const first = await stage.ask("GET /api/v1/mesh");
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const header of [etag, `"other", ${etag}`, `W/${etag}`, "*"]) {
      const again = await stage.ask("GET /api/v1/mesh", { headers: { "if-none-match": header } });
      expect({ header, status: again.status, text: again.text }).toEqual({ header, status: 304, text: "" });
      expect(again.headers.etag).toBe(etag);
    }
    expect((await stage.ask("GET /api/v1/mesh", { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  });
  it("of a write, or an error, has no tag and is kept by nobody", async () => {
    for (const answer of [await stage.ask("GET /api/v1/runs/x"), await stage.newToken("viewer")].slice(0, 1))
      expect(answer).toMatchObject({ headers: { "cache-control": "no-store" } });
    const written = await stage.ask("POST /api/v1/tokens", { body: { name: "x", role: "viewer" } });
    expect(written.headers).toMatchObject({ "cache-control": "no-store" });
    expect(written.headers.etag).toBeUndefined();
  });
});

describe("a document", () => {
  it("is created, changed, left alone, and told apart by its digest", async () => {
    const made = await put(described("one"));
    expect(made).toMatchObject({
      status: 201,
      body: { outcome: "created", document: { version: 1, appliedBy: "local" } },
    });
    expect(made.headers.etag).toBe(`"${made.body.document.digest}"`);
    const same = await put(described("one"));
    expect(same).toMatchObject({
      status: 200,
      body: { outcome: "unchanged", document: { version: 1 }, changes: [] },
    });
    expect(same.headers.etag).toBe(made.headers.etag);
    const changed = await put(described("two"));
    expect(changed).toMatchObject({
      status: 200,
      body: {
        ...{ outcome: "changed", document: { version: 2 } },
        changes: [{ path: ["spec", "description"], before: "one", after: "two" }],
      },
    });
    expect(changed.headers.etag).toBe((await stage.ask(`GET ${PATH}`)).headers.etag);
    const read = await stage.ask(`GET ${PATH}`);
    expect(read.headers.etag).toBe(`"${read.body.digest}"`);
    expect(read.body.content).toEqual(described("two"));
    expect((await stage.ask(`GET ${PATH}?version=1`)).body.content).toEqual(described("one"));
    const { versions } = (await stage.ask(`GET ${PATH}/versions`)).body;
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
  });
  it("is not overwritten by whoever saw another version", async () => {
    const seen = String((await stage.ask(`GET ${PATH}`)).headers.etag);
    expect((await put(described("three"), { "if-match": seen })).status).toBe(200);
    const late = await put(described("four"), { "if-match": seen });
    expect(late).toMatchObject({ status: 412, body: { code: "changed-meanwhile" } });
    expect((await stage.ask(`GET ${PATH}`)).body.content).toEqual(described("three"));
    expect((await stage.ask(`DELETE ${PATH}`, { headers: { "if-match": seen } })).status).toBe(412);
    expect((await put(described("three"), { "if-match": "*" })).body.outcome).toBe("unchanged");
  });
  it("is not overwritten by whoever asks that there be none, and created by one of many who do", async () => {
    const { content, digest } = (await stage.ask(`GET ${PATH}`)).body;
    for (const header of ["*", `"${digest}"`, `"other", "${digest}"`]) {
      const refused = await put(described("over it"), { "if-none-match": header });
      expect(refused).toMatchObject({ status: 412, body: { code: "changed-meanwhile" } });
      expect((await put(described("over it"), { "if-none-match": header }, "?dryRun=true")).status).toBe(412);
      expect((await stage.ask(`DELETE ${PATH}`, { headers: { "if-none-match": header } })).status).toBe(412);
    }
    expect((await stage.ask(`GET ${PATH}`)).body.content).toEqual(content);
    expect((await put(described("past it"), { "if-none-match": '"other"' })).status).toBe(200);
    const fresh = "/api/v1/documents/Experiment/fresh";
    const create = (description: string) =>
      stage.ask(`PUT ${fresh}`, {
        body: { ...described(description), metadata: { name: "fresh" } },
        headers: { "if-none-match": "*" },
      });
    const dry = await stage.ask(`PUT ${fresh}?dryRun=true`, {
      body: { ...described("x"), metadata: { name: "fresh" } },
      headers: { "if-none-match": "*" },
    });
    expect(dry).toMatchObject({ status: 200, body: { outcome: "created", document: null } });
    expect(dry.headers.etag).toBeUndefined();
    const statuses = (await Promise.all([..."abcdef"].map(create))).map(({ status }) => status).toSorted();
    expect(statuses).toEqual([201, ...Array(5).fill(412)]);
    await stage.ask(`DELETE ${fresh}`);
    expect((await create("again")).status).toBe(201);
    await stage.ask(`DELETE ${fresh}`);
  });
  it("is kept by no cache: its tag comes again with its content, its version does not", async () => {
    await put(described("back"));
    const before = await stage.ask(`GET ${PATH}`);
    await put(described("forth"));
    await put(described("back"));
    const after = await stage.ask(`GET ${PATH}`);
    expect(after.headers.etag).toBe(before.headers.etag);
    expect(after.body.version).toBe(before.body.version + 2);
    expect(before.headers["cache-control"]).toBe("no-store");
  });
  it("is written by one of many who saw the same version", async () => {
    const seen = String((await stage.ask(`GET ${PATH}`)).headers.etag);
    const tries = [..."abcdefgh"].map((letter) => put(described(letter), { "if-match": seen }));
    const statuses = (await Promise.all(tries)).map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, ...Array(7).fill(412)]);
  });
  it("shows what would change in a dry run, and changes nothing", async () => {
    const { content } = (await stage.ask(`GET ${PATH}`)).body;
    const dry = await put(described("never"), {}, "?dryRun=true");
    expect(dry.body).toMatchObject({
      outcome: "changed",
      changes: [{ path: ["spec", "description"], after: "never" }],
    });
    expect((await stage.ask(`DELETE ${PATH}?dryRun=true`)).status).toBe(200);
    expect((await stage.ask(`GET ${PATH}`)).body.content).toEqual(content);
    expect((await put(described("x"), {}, "?dryrun=true")).status).toBe(400);
  });
  it("is refused with every problem when it is wrong, or not what the path says", async () => {
    expect(await put({ ...described("x"), metadata: { name: "other" } })).toMatchObject({
      ...{ status: 422, body: { code: "invalid-document", details: [{ path: ["metadata", "name"] }] } },
    });
    expect(await put({ ...described("x"), spec: {} })).toMatchObject({
      status: 422,
      body: { code: "invalid-document" },
    });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable that the server was not told to give away
    expect(await put(described("${HOME}"))).toMatchObject({ status: 422, body: { code: "invalid-document" } });
  });
  it("is gone when it was deleted, and its versions stay", async () => {
    expect((await stage.ask(`DELETE ${PATH}`)).status).toBe(200);
    expect((await stage.ask(`GET ${PATH}`)).body.code).toBe("no-such-document");
    expect((await stage.ask(`DELETE ${PATH}`)).body.code).toBe("no-such-document");
    const { versions } = (await stage.ask(`GET ${PATH}/versions`)).body;
    expect(versions[0]).toMatchObject({ deleted: true });
    expect((await stage.ask(`GET ${PATH}?version=1`)).status).toBe(200);
  });
  it("is not deleted while a schedule needs it", async () => {
    await put(described("needed"));
    const schedule = {
      ...{ apiVersion: "squall.dev/v1", kind: "Schedule", metadata: { name: "nightly" } },
      spec: { experiment: "tiny", cron: "0 3 * * *", timeZone: "UTC" },
    };
    const path = "/api/v1/documents/Schedule/nightly";
    expect((await stage.ask(`PUT ${path}`, { body: schedule })).body.outcome).toBe("created");
    expect((await stage.ask("GET /api/v1/schedules")).body.schedules).toMatchObject([
      { name: "nightly", paused: null },
    ]);
    expect(await stage.ask(`DELETE ${PATH}`)).toMatchObject({ status: 409, body: { code: "in-use" } });
    expect((await stage.ask(`DELETE ${path}`)).status).toBe(200);
    expect((await stage.ask("GET /api/v1/schedules")).body.schedules).toEqual([]);
    expect((await stage.ask(`DELETE ${PATH}`)).status).toBe(200);
  });
});
