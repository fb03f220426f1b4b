import { describe, expect, it } from "vitest";
import { readSelect } from "./select.ts";

describe("--select", () => {
  it("names labels and instances of services", () => {
    expect(readSelect(["checkout:track=canary,zone=a,instances=50%", "payments:instances=2"])).toEqual({
      checkout: { labels: { track: "canary", zone: "a" }, instances: "50%" },
      payments: { instances: 2 },
    });
    expect(readSelect([])).toEqual({});
  });
  it("keeps what stands behind the first equals sign", () => {
    expect(readSelect(["a:version=x=1"])).toEqual({ a: { labels: { version: "x=1" } } });
  });
  it.each([
    ["checkout", "expected SERVICE:WHAT"],
    [":track=canary", "expected SERVICE:WHAT"],
    ["checkout:", "expected SERVICE:WHAT"],
    ["checkout:track", "expected SERVICE:WHAT"],
    ["checkout:track=", "expected SERVICE:WHAT"],
    ["checkout:=x", "expected SERVICE:WHAT"],
    ["checkout:instances=0", "a number such as 2 or a share"],
    ["checkout:instances=0%", "a number such as 2 or a share"],
    ["checkout:instances=101%", "a number such as 2 or a share"],
    ["checkout:instances=half", "a number such as 2 or a share"],
  ])("%s is refused with what was expected", (given, message) => {
    expect(() => readSelect([given])).toThrow(message);
  });
  it("names a service once", () => {
    expect(() => readSelect(["a:x=1", "a:instances=1"])).toThrow("names a twice");
  });
});
