import { describe, expect, test } from "vitest";
import { parseAddress } from "../transport/address.ts";
import { Endpoints } from "./endpoints.ts";

describe("the endpoints of a callee", () => {
  test("are asked in turn, each as often as the others", () => {
    const endpoints = new Endpoints(["a:1", "b:2", "c:3"]);
    const asked = Array.from({ length: 7 }, () => endpoints.next().name);
    expect(asked).toEqual(["a:1", "b:2", "c:3", "a:1", "b:2", "c:3", "a:1"]);
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
  test("cannot be none", () => expect(() => new Endpoints([])).toThrow(/at least one endpoint/));
});
