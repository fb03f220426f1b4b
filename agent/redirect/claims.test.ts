import { expect, it } from "vitest";
import { edgeId } from "../../experiments/model/names.ts";
import { Claims } from "./claims.ts";

const PAYMENTS = edgeId("checkout", "payments");
const BILLING = edgeId("checkout", "billing");
const ADDRESS = { host: "10.0.0.1", port: 80 };

it("gives an address to one edge in each direction, and names both edges where a second wants it", () => {
  const claims = new Claims();
  claims.take("calls", PAYMENTS, ADDRESS);
  claims.take("calls", PAYMENTS, ADDRESS);
  claims.take("arrivals", BILLING, ADDRESS);
  expect(() => claims.take("calls", BILLING, ADDRESS)).toThrow(
    /checkout → billing and checkout → payments both go to 10\.0\.0\.1:80/,
  );
  claims.take("calls", BILLING, { ...ADDRESS, port: 81 });
  // Only the owner gives an address back.
  claims.give("calls", BILLING, ADDRESS);
  expect(() => claims.take("calls", BILLING, ADDRESS)).toThrow();
  claims.give("calls", PAYMENTS, ADDRESS);
  claims.take("calls", BILLING, ADDRESS);
});
