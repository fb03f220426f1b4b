import { describe, expect, test } from "vitest";
import { ServerList } from "./server-list.ts";

const three = ["http://one:1", "http://two:2", "http://three:3"];
const dialled = (servers: ServerList, times: number): readonly string[] =>
  Array.from({ length: times }, () => {
    const { current } = servers;
    servers.nextWaitMs();
    return current;
  });

describe("the servers of an agent", () => {
  test("are dialled in turn", () => {
    expect(dialled(new ServerList(three, () => 0), 4)).toEqual([...three, three[0]]);
  });
  test("are dialled ever more seldom, up to 5 s and never in step", () => {
    const servers = new ServerList(["http://one:1"], () => 0.999);
    const waits = Array.from({ length: 8 }, () => Math.round(servers.nextWaitMs()));
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000].map((ms) => Math.round(ms * 0.9995)));
    expect(new ServerList(three, () => 0).nextWaitMs()).toBe(125);
    servers.reached();
    expect(Math.round(servers.nextWaitMs())).toBe(250);
  });
  test("are left for the one that leads, if that one is among them", () => {
    const servers = new ServerList(three, () => 0);
    servers.redirectTo("http://three:3/");
    servers.nextWaitMs();
    expect(servers.current).toBe(three[2]);
  });
  test("are never left for one that is not among them", () => {
    const servers = new ServerList(three, () => 0);
    for (const leader of ["http://elsewhere:3", "https://three:3", "not a URL", ""]) {
      servers.redirectTo(leader);
      servers.nextWaitMs();
      expect(three).toContain(servers.current);
    }
  });
  test("are asked at least once a second while none of them leads: one of them soon will", () => {
    const servers = new ServerList(three.slice(0, 2), () => 0.999);
    for (let i = 0; i < 40; i++) {
      servers.redirectTo("");
      expect(servers.nextWaitMs()).toBeLessThanOrEqual(1_000);
    }
  });
});
