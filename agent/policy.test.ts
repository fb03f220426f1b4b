import { describe, expect, test } from "vitest";
import { asEdgeId } from "../experiments/model/names.ts";
import { ALLOW_ALL, AllowList, forbiddenEdge } from "./policy.ts";

describe("places", () => {
  test.each([
    [["10.0.0.0/8"], ["10.1.2.3:80", "10.0.0.0:1"], ["11.0.0.1:80", "payments:80", "[::1]:80"]],
    [["127.0.0.1:7204"], ["127.0.0.1:7204"], ["127.0.0.1:7205", "127.0.0.2:7204"]],
    [["payments"], ["payments:1", "PAYMENTS:65535"], ["payments2:1", "127.0.0.1:1"]],
    [["payments:8080"], ["payments:8080"], ["payments:8081"]],
    [
      ["::1", "[fd00::1]:443"],
      ["[::1]:5", "[fd00::1]:443"],
      ["[fd00::1]:444", "127.0.0.1:5"],
    ],
    [["fd00::/8"], ["[fd12::9]:1"], ["[fe80::9]:1"]],
    [[], [], ["127.0.0.1:1"]],
  ])("%j hold %j and not %j", (places, inside, outside) => {
    const all = new AllowList(places);
    for (const name of inside) expect(all.allows(name), name).toBe(true);
    for (const name of outside) expect(all.allows(name), name).toBe(false);
  });
  test("are not got around by a name that looks like an address, or by what is none", () => {
    const local = new AllowList(["127.0.0.0/8"]);
    for (const name of ["127.0.0.1.evil.example:80", "2130706433:80", "0x7f.1:80", "", "127.0.0.1", "127.0.0.1:99999"])
      expect(local.allows(name), name).toBe(false);
  });
});

describe("an edge", () => {
  const edge = { id: asEdgeId("a->b"), listen: "0.0.0.0:80", endpoints: ["10.0.0.1:80", "db:5432"] };
  const order = { ...edge, protocol: "http" as const, healthPath: null };
  test("is forbidden by one endpoint of many", () => {
    const policy = { ...ALLOW_ALL, upstream: new AllowList(["10.0.0.0/8"]) };
    expect(forbiddenEdge(policy, order, false)).toContain("not to db:5432");
    expect(forbiddenEdge(ALLOW_ALL, order, false)).toBeNull();
  });
  test("may listen where this machine's own flags put it", () => {
    const policy = { ...ALLOW_ALL, listen: new AllowList(["127.0.0.1"]) };
    expect(forbiddenEdge(policy, order, false)).toContain("--listen-allow");
    expect(forbiddenEdge(policy, order, true)).toBeNull();
  });
});
