import { describe, expect, it } from "vitest";
import { readErrorBody } from "./error-body.ts";
import { pathOf } from "./path.ts";

describe("the path of a request", () => {
  it("has each param in its place, escaped, for an edge has a `>` and a name may have anything", () => {
    expect(pathOf("GET /api/v1/traffic/edges/:edge", { edge: "a->b" })).toEqual([
      ...["GET", "/api/v1/traffic/edges/a-%3Eb"],
    ]);
    expect(pathOf("GET /api/v1/documents/:kind/:name", { kind: "Mesh", name: "a/../b?c#d" })[1]).toBe(
      "/api/v1/documents/Mesh/a%2F..%2Fb%3Fc%23d",
    );
  });
  it("has the name of a document in its place, and the namespace of a qualified name in the query", () => {
    const params = { kind: "Schedule", name: "shop/nightly" };
    expect(pathOf("GET /api/v1/documents/:kind/:name", params, { version: 2 })[1]).toBe(
      "/api/v1/documents/Schedule/nightly?version=2&namespace=shop",
    );
    expect(pathOf("GET /api/v1/documents/:kind/:name/versions", params)[1]).toBe(
      "/api/v1/documents/Schedule/nightly/versions?namespace=shop",
    );
    expect(pathOf("POST /api/v1/schedules/:name/pause", { name: "shop/nightly" })[1]).toBe(
      "/api/v1/schedules/nightly/pause?namespace=shop",
    );
    expect(pathOf("GET /api/v1/schedules/:name", { name: "nightly" })[1]).toBe("/api/v1/schedules/nightly");
    for (const name of ["a/b/c", "/x", "x/", "../x", "%2F/x", "Shop/x", `${"x".repeat(64)}/x`])
      expect(pathOf("GET /api/v1/schedules/:name", { name })[1]).toBe(`/api/v1/schedules/${encodeURIComponent(name)}`);
  });
  it("has the query that is given: no value that is undefined, and an empty text as such", () => {
    const query = { verdict: "RESIDUE", limit: 5, label: "a=b&c d", cursor: undefined, since: "" };
    const [, path] = pathOf("GET /api/v1/runs", {}, query);
    expect([...new URL(path, "http://x").searchParams]).toEqual([
      ...[
        ["verdict", "RESIDUE"],
        ["limit", "5"],
        ["label", "a=b&c d"],
        ["since", ""],
      ],
    ]);
    expect(pathOf("GET /api/v1/runs")).toEqual(["GET", "/api/v1/runs"]);
  });
  it("is none without a param: the path of another route would come of it", () => {
    expect(() => pathOf("GET /api/v1/runs/:id")).toThrow("GET /api/v1/runs/:id: the param id has no value");
  });
});

describe("an answer that is an error", () => {
  it("is read as the API sends it", () => {
    const body = { code: "no-such-run", message: "no run r", details: [{ path: ["a", 0], message: "x" }] };
    expect(readErrorBody(404, JSON.stringify(body))).toEqual(body);
    expect(readErrorBody(404, '{"code":"x","message":"y"}')).toEqual({ code: "x", message: "y", details: [] });
  });
  it("has no code where something else answered, and says as much of the answer as helps", () => {
    const messages = ["", "<html>\n<h1>502</h1>", "upstream\n  gone", '{"error":1}', "null", "[]"].map((text) => {
      const { code, message, details } = readErrorBody(502, text);
      expect([code, details]).toEqual(["", []]);
      return message;
    });
    expect(messages).toEqual([
      ...["HTTP 502", "HTTP 502", "HTTP 502: upstream gone", 'HTTP 502: {"error":1}', "HTTP 502: null", "HTTP 502: []"],
    ]);
    expect(readErrorBody(502, "x".repeat(9_999)).message).toHaveLength("HTTP 502: ".length + 200);
  });
});
