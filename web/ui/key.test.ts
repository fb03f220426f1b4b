import { expect, it } from "vitest";
import { newKey } from "./key.ts";

it("an idempotency key is another each time", () => {
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(newKey()).not.toBe(newKey());
});
