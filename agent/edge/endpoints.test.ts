import { describe, expect, test } from "vitest";
import { parseAddress } from "../transport/address.ts";
import { Endpoints } from "./endpoints.ts";

const ABC = ["a:1", "b:2", "c:3"];
const never = () => {
  throw new Error("the caller's address costs a call of the kernel");
};
const chosen = (endpoints: Endpoints, hosts: readonly string[]) => hosts.map((host) => endpoints.next(() => host).name);
const HOSTS = Array.from({ length: 300 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);

describe("the endpoints of a callee", () => {
  test("are asked in turn, each as often as the others", () => {
    const endpoints = new Endpoints({ protocol: "http", endpoints: ABC }, "checkout-0");
    const asked = Array.from({ length: 7 }, () => endpoints.next(never).name);
    expect(asked).toEqual(["a:1", "b:2", "c:3", "a:1", "b:2", "c:3", "a:1"]);
  });
  test("are the same for all connections of a client where the edge is tcp, or asks for that", () => {
    const tcp = new Endpoints({ protocol: "tcp", endpoints: ABC }, "checkout-0");
    expect(chosen(tcp, HOSTS)).toEqual(chosen(tcp, HOSTS));
    const counts = ABC.map((name) => chosen(tcp, HOSTS).filter((each) => each === name).length);
    for (const count of counts) expect(count).toBeGreaterThan(60);
    const http = new Endpoints({ protocol: "http", endpoints: ABC, balance: "client" }, "checkout-0");
    expect(chosen(http, HOSTS)).toEqual(chosen(tcp, HOSTS));
    const inTurn = new Endpoints({ protocol: "tcp", endpoints: ABC, balance: "turn" }, "checkout-0");
    expect(chosen(inTurn, HOSTS.slice(0, 3))).toEqual(ABC);
  });
  test("stay with their clients when another endpoint leaves", () => {
    const before = chosen(new Endpoints({ protocol: "tcp", endpoints: ABC }, "checkout-0"), HOSTS);
    const after = chosen(new Endpoints({ protocol: "tcp", endpoints: ["a:1", "c:3"] }, "checkout-0"), HOSTS);
    const moved = HOSTS.flatMap((_, i) => (before[i] === after[i] ? [] : [before[i]]));
    expect(new Set(moved)).toEqual(new Set(["b:2"]));
  });
  test("of a client at the same address differ from agent to agent: instances behind sidecars spread", () => {
    const firsts = Array.from({ length: 40 }, (_, i) =>
      new Endpoints({ protocol: "tcp", endpoints: ABC }, `checkout-${i}`).next(() => "127.0.0.1"),
    );
    expect(new Set(firsts.map(({ name }) => name))).toEqual(new Set(ABC));
  });
  test("are used in turn for a client whose address is not known any more", () => {
    const endpoints = new Endpoints({ protocol: "tcp", endpoints: ABC }, "checkout-0");
    expect([1, 2, 3].map(() => endpoints.next(() => null).name)).toEqual(ABC);
  });
  test("of one address need no client's address", () => {
    expect(new Endpoints({ protocol: "tcp", endpoints: ["a:1"] }, "checkout-0").next(never).name).toBe("a:1");
  });
  test("may be names, IPv4 and bracketed IPv6", () => {
    expect(parseAddress("payments:80")).toEqual({ name: "payments:80", host: "payments", port: 80 });
    expect(parseAddress("127.0.0.1:7104")).toEqual({ name: "127.0.0.1:7104", host: "127.0.0.1", port: 7104 });
    expect(parseAddress("[::1]:7104")).toEqual({ name: "[::1]:7104", host: "::1", port: 7104 });
  });
  test.each(["", "payments", "payments:", ":80", "a:b:80", "::1:80", "payments:65536", "pay ments:80"])(
    "%j is refused with what was expected",
    (name) => expect(() => parseAddress(name)).toThrow(/expected host:port/),
  );
  test("cannot be none", () =>
    expect(() => new Endpoints({ protocol: "http", endpoints: [] }, "checkout-0")).toThrow(/at least one endpoint/));
});
