import { expect, it } from "vitest";
import { spellInstances, spellInstancesAt } from "./instances.ts";

const endpoint = (address: string) => ({ address, labels: {} });

it("instances are told by service, with the moment in the phase", () => {
  const news = { service: "payments", came: [endpoint("10.0.0.2:80")], went: ["10.0.0.1:80"], atMs: 10_330 };
  expect(spellInstancesAt(news, { during: { fromMs: 6_130, toMs: null } })).toBe(
    "payments: 10.0.0.1:80 went, 10.0.0.2:80 came at +4.2 s of during",
  );
});
it("of hundreds of instances some are named", () => {
  const went = Array.from({ length: 200 }, (_, i) => `10.0.0.${i}:80`);
  expect(spellInstances({ service: "payments", came: [], went })).toBe(
    "payments: 10.0.0.0:80, 10.0.0.1:80, 10.0.0.2:80, 10.0.0.3:80, 10.0.0.4:80 and 195 more went",
  );
});
