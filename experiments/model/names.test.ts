import fc from "fast-check";
import { expect, it } from "vitest";
import { INSTANCE, instanceFor } from "./names.ts";

it("takes the names of pods, hosts and containers for those of agents", () => {
  for (const name of [
    ...["checkout-7f9c6d5b8-x2v4q", "checkout-0", "web.shop.svc.cluster.local", "ip-10-0-3-7.ec2.internal"],
    ...["4f2a9c81d0e3", "shop_checkout_1", "Annas-MacBook-Pro.local", "a", "9", `${"a".repeat(252)}z`],
  ])
    expect(INSTANCE.test(name), name).toBe(true);
  for (const name of ["", "-a", "a-", ".a", "a.", "a b", "a/b", "a\n", "\u202ea", "ä", `${"a".repeat(253)}z`])
    expect(INSTANCE.test(name), name).toBe(false);
});
it("makes one of whatever a host is called, or none", () => {
  expect(instanceFor("Anna\u2019s MacBook.local")).toBe("Anna-s-MacBook.local");
  expect(instanceFor("checkout-0")).toBe("checkout-0");
  expect(instanceFor("...")).toBeNull();
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (host) => {
      const name = instanceFor(host);
      expect(name === null || INSTANCE.test(name)).toBe(true);
    }),
  );
});
