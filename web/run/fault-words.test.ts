import { expect, it } from "vitest";
import { SLOW } from "../../experiments/model/run/example.ts";
import { sayFault } from "./fault-words.ts";

it("says the share of a fault on traffic, and the service of a fault on a process", () => {
  expect(sayFault(SLOW)).toBe("+2 s on 100%");
  expect(sayFault({ ...SLOW, share: { ...SLOW.share, steps: [0.1, 0.5] } })).toBe("+2 s on 10%, 50%");
  expect(sayFault({ ...SLOW, action: { kind: "pause", params: {} }, service: "payments" })).toBe("pause of payments");
});
