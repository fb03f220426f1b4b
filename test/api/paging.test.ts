/** Lists in pages: every item exactly once, even with inserts in between. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentOf } from "../server/house.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Reads a list to the end; `between`: called after each page. */
const walk = async (path: string, key: string, between: () => Promise<unknown> = async () => {}) => {
  const pages: unknown[][] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const more = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await stage.ask(`GET ${path}${path.includes("?") ? "&" : "?"}limit=3${more}`);
    expect(status).toBe(200);
    pages.push(body[key]);
    cursor = body.next;
    if (cursor !== null) await between();
  }
  return pages;
};

describe("a list", () => {
  it("comes in pages of what was asked, newest first, and what is added in between moves nothing", async () => {
    const made: string[] = [];
    for (let i = 0; i < 7; i++) made.push((await stage.newToken("viewer")).id);
    const pages = await walk("/api/v1/tokens", "tokens", () => stage.newToken("viewer"));
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat().map((token) => (token as { id: string }).id)).toEqual(expect.arrayContaining(made));
    expect(new Set(pages.flat().map((token) => (token as { id: string }).id)).size).toBe(7);
  });
  it("of audit records has each write once", async () => {
    const pages = await walk("/api/v1/audit?action=POST%20/api/v1/tokens", "records", () => stage.newToken("viewer"));
    const ids = pages.flat().map((record) => (record as { id: string }).id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(ids.toSorted().reverse());
  });
  it("refuses a cursor that is none, and a page that is too long or empty", async () => {
    for (const path of ["tokens", "audit", "runs", "agents", "documents", "schedules"])
      for (const query of ["cursor=%00", "cursor=nonsense!", "limit=0", "limit=100000", "limit=x", "limit="]) {
        const { status, body } = await stage.ask(`GET /api/v1/${path}?${query}`);
        expect({ path, query, status, code: body.code }).toEqual({ path, query, status: 400, code: "bad-request" });
      }
  });
  it("refuses a key that it does not know: a filter that is misspelt would show everything", async () => {
    expect((await stage.ask("GET /api/v1/runs?experimnet=x")).status).toBe(400);
    expect((await stage.ask("GET /api/v1/mesh?x=1")).status).toBe(400);
  });
});

describe("the list of runs", () => {
  it("comes in pages, and is filtered by experiment, label, verdict and time", async () => {
    const since = new Date().toISOString();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      const labels = { parity: i % 2 === 0 ? "even" : "odd" };
      const id = await stage.house.start(experimentOf(), { labels });
      await stage.ask(`POST /api/v1/runs/${id}/halt`, { body: { reason: "it has served its purpose" } });
      ids.push(id);
    }
    for (const id of ids) await stage.house.ended(id);
    const idsIn = async (query: string) =>
      (await walk(`/api/v1/runs?${query}`, "runs")).flat().map((run) => (run as { id: string }).id);
    expect((await idsIn("experiment=tiny")).toSorted()).toEqual(ids.toSorted());
    expect((await idsIn("label=parity%3Deven")).length).toBe(3);
    expect((await idsIn(`label=${encodeURIComponent("parity in (odd,none)")}`)).length).toBe(2);
    expect((await idsIn("label=!parity")).length).toBe(0);
    expect((await stage.ask("GET /api/v1/runs?label=a%3Db%3D%3Bc%2Cd")).status).toBe(200);
    expect(await stage.ask("GET /api/v1/runs?label=parity%20within%20(odd)")).toMatchObject({
      status: 400,
      body: { details: [{ path: ["label"], message: expect.stringContaining("key in (a,b)") }] },
    });
    expect((await idsIn("verdict=HALTED")).length).toBe(5);
    expect(await idsIn("verdict=BROKEN")).toEqual([]);
    expect((await idsIn(`since=${encodeURIComponent(since)}`)).length).toBe(5);
    expect(await idsIn(`until=${encodeURIComponent(since)}`)).toEqual([]);
    expect((await idsIn("experiment=other")).length).toBe(0);
    const [run] = (await stage.ask("GET /api/v1/runs?limit=1")).body.runs;
    expect(run).toMatchObject({ experiment: "tiny", startedBy: "local", schedule: null, verdict: "HALTED" });
  });
  it("tells a journal in pages that follow on each other", async () => {
    const [{ id }] = (await stage.ask("GET /api/v1/runs?limit=1")).body.runs;
    const whole = await stage.house.journal(id);
    const read = [];
    for (let after: number | null = 0; after !== null; ) {
      const { body } = await stage.ask(`GET /api/v1/runs/${id}/journal?after=${after}&limit=2`);
      read.push(...body.records);
      after = body.next;
    }
    expect(read).toEqual(whole);
  });
});
