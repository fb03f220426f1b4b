import { describe, expect, it } from "vitest";
import { compileMatch, compilePattern } from "./compile.ts";
import { type Match, match, type RequestView } from "./match.ts";

const request = (
  over: Partial<Omit<RequestView, "header">> = {},
  headers: Record<string, string> = {},
): RequestView => ({
  method: "POST",
  path: "/charge",
  query: "",
  header: (name) => headers[name],
  ...over,
});
const matches = (wanted: Match, view: RequestView) => compileMatch(match.parse(wanted))(view);

describe("a pattern", () => {
  it("without a star is exact", () => {
    expect(matches({ path: "/charge" }, request())).toBe(true);
    expect(matches({ path: "/charge" }, request({ path: "/charges" }))).toBe(false);
    expect(matches({ path: "/Charge" }, request())).toBe(false);
  });
  it("with stars is a glob of the whole value, over slashes too", () => {
    const glob = (pattern: string, value: string) => compilePattern(pattern)(value);
    expect(["/a*", "*", "*c", "/a*b*c", "*/b/*", "/a/b/c*"].map((pattern) => glob(pattern, "/a/b/c"))).toEqual(
      new Array(6).fill(true),
    );
    expect(["/b*", "*b", "a*c", "/a*c*b", "/a/b/c/*"].map((pattern) => glob(pattern, "/a/b/c"))).toEqual(
      new Array(5).fill(false),
    );
    // Start and end may not share characters.
    expect(glob("ab*ba", "aba")).toBe(false);
    expect(glob("a*bc*c", "abc")).toBe(false);
  });
  it("as a regular expression means the whole value", () => {
    expect(matches({ path: { regex: "/users/\\d+" } }, request({ path: "/users/12" }))).toBe(true);
    expect(matches({ path: { regex: "/users" } }, request({ path: "/users/12" }))).toBe(false);
  });
  it("that is no regular expression is refused when it is read, with the reason", () => {
    expect(() => match.parse({ path: { regex: "(a" } })).toThrow(/without its/);
  });
  it("absent matches what is not there, and nothing else matches that", () => {
    expect(matches({ headers: { "x-tenant": { absent: true } } }, request())).toBe(true);
    expect(matches({ headers: { "x-tenant": { absent: true } } }, request({}, { "x-tenant": "" }))).toBe(false);
    expect(matches({ headers: { "x-tenant": "*" } }, request())).toBe(false);
  });
});

describe("a match", () => {
  it("ands its keys", () => {
    const wanted = { method: "POST", path: "/charge", headers: { "x-tenant": "acme" } };
    expect(matches(wanted, request({}, { "x-tenant": "acme" }))).toBe(true);
    expect(matches(wanted, request({ method: "GET" }, { "x-tenant": "acme" }))).toBe(false);
    expect(matches(wanted, request({}, { "x-tenant": "other" }))).toBe(false);
  });
  it("takes header names in any case", () => {
    expect(matches({ headers: { "X-Tenant": "acme" } }, request({}, { "x-tenant": "acme" }))).toBe(true);
  });
  it("finds members of the baggage header, decoded, without their properties", () => {
    const view = request({}, { baggage: "cohort=beta-7;ttl=1, user%20=x, sku = tea%20pot" });
    expect(matches({ baggage: { cohort: "beta-*" } }, view)).toBe(true);
    expect(matches({ baggage: { sku: "tea pot" } }, view)).toBe(true);
    expect(matches({ baggage: { cohort: "beta-7;ttl=1" } }, view)).toBe(false);
    expect(matches({ baggage: { missing: { absent: true }, cohort: "stable" } }, view)).toBe(false);
    expect(matches({ baggage: { missing: { absent: true } } }, request({}))).toBe(true);
  });

  it("finds query keys decoded, repeated ones by any value", () => {
    const view = request({ query: "sku=tea%20pot&sku=kettle&full+name=a%2Bb&bad=%zz&flag" });
    expect(matches({ query: { sku: "tea pot" } }, view)).toBe(true);
    expect(matches({ query: { sku: "kettle" } }, view)).toBe(true);
    expect(matches({ query: { "full name": "a+b" } }, view)).toBe(true);
    expect(matches({ query: { bad: "%zz" } }, view)).toBe(true);
    expect(matches({ query: { flag: "" } }, view)).toBe(true);
    expect(matches({ query: { sku: "cup" } }, view)).toBe(false);
    expect(matches({ query: { missing: { absent: true } } }, view)).toBe(true);
  });
  it("knows a host with and without its port", () => {
    expect(matches({ host: "shop.test" }, request({}, { host: "shop.test:8080" }))).toBe(true);
    expect(matches({ host: "shop.test:8080" }, request({}, { host: "shop.test:8080" }))).toBe(true);
    expect(matches({ host: "shop.test:80" }, request({}, { host: "shop.test:8080" }))).toBe(false);
  });
  it("refuses what all keys of `not` match together", () => {
    const wanted = { path: "/a*", not: { method: "GET", path: "/admin*" } };
    expect(matches(wanted, request({ path: "/admin/x" }))).toBe(true);
    expect(matches(wanted, request({ path: "/admin/x", method: "GET" }))).toBe(false);
  });
  it("without keys matches everything", () => {
    expect(matches({}, request())).toBe(true);
  });
  it("does not look at values longer than a whole head", () => {
    expect(matches({ path: "/*" }, request({ path: `/${"a".repeat(65_535)}` }))).toBe(true);
    expect(matches({ path: "/*" }, request({ path: `/${"a".repeat(65_536)}` }))).toBe(false);
  });
});
