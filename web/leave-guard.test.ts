import { expect, it } from "vitest";
import { openLeaveGuard } from "./leave-guard.ts";

it("a session that ends leaves the page at once, or when the last one that stays lets go", () => {
  const left: string[] = [];
  const door = openLeaveGuard((why) => left.push(why));
  door.leave("first");
  expect(left).toEqual(["first"]);
  const [a, b] = [door.stay(), door.stay()];
  door.leave("second");
  a();
  a();
  expect(left).toEqual(["first"]);
  b();
  expect(left).toEqual(["first", "second"]);
  door.stay()();
  expect(left).toEqual(["first", "second"]);
});
