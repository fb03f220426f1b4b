import { describe, expect, test } from "vitest";
import { parseAddress } from "../edge/endpoints.ts";
import { ConnectionPool, type Reusable } from "./connection-pool.ts";

const A = parseAddress("a:1");
const B = parseAddress("b:2");
const connection = (endpoint = A) => {
  const made = {
    endpoint,
    waitingSinceMs: 0,
    retired: false,
    retire() {
      made.retired = true;
    },
  };
  return made satisfies Reusable;
};

describe("connections that wait for reuse", () => {
  test("are taken for their own endpoint only, the latest first", () => {
    const pool = new ConnectionPool(4_000, 8);
    const [first, second, other] = [connection(), connection(), connection(B)];
    pool.give(first, 0);
    pool.give(second, 1);
    pool.give(other, 2);
    expect([A, A, A, B].map((endpoint) => pool.take(endpoint, 3))).toEqual([second, first, null, other]);
    expect(pool.size).toBe(0);
  });
  test("are retired once they have waited too long, and the fresh ones stay", () => {
    const pool = new ConnectionPool(4_000, 8);
    const [old, fresh] = [connection(), connection()];
    pool.give(old, 0);
    pool.give(fresh, 3_000);
    pool.sweep(3_999);
    expect([old.retired, fresh.retired, pool.size]).toEqual([false, false, 2]);
    pool.sweep(4_000);
    expect([old.retired, fresh.retired, pool.size]).toEqual([true, false, 1]);
  });
  test("are not taken once they have waited too long, swept or not", () => {
    const pool = new ConnectionPool(4_000, 8);
    pool.give(connection(), 0);
    expect(pool.take(A, 4_000)).toBeNull();
    expect(pool.take(A, 3_999)).not.toBeNull();
  });
  test("are bounded for each endpoint", () => {
    const pool = new ConnectionPool(4_000, 2);
    const all = [connection(), connection(), connection(), connection(B)];
    for (const each of all) pool.give(each, 0);
    expect(all.map(({ retired }) => retired)).toEqual([false, false, true, false]);
  });
  test("are forgotten when they die while they wait, and only once", () => {
    const pool = new ConnectionPool(4_000, 8);
    const dead = connection();
    pool.give(dead, 0);
    pool.forget(dead);
    pool.forget(dead);
    expect([pool.size, pool.take(A, 0)]).toEqual([0, null]);
  });
  test("are all retired when the pool closes", () => {
    const pool = new ConnectionPool(4_000, 8);
    const all = [connection(), connection(B)];
    for (const each of all) pool.give(each, 0);
    pool.close();
    expect([all.every(({ retired }) => retired), pool.size]).toEqual([true, 0]);
  });
});
