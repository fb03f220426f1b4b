import { describe, expect, it } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

describe("a bucket", () => {
  it("starts full and gives credit for an idle past up to its burst, not more", () => {
    const bucket = new TokenBucket(1_000, 100);
    expect(bucket.claim(100, 0)).toBe(0);
    expect(bucket.claim(50, 0)).toBe(50);
    expect(bucket.claim(100, 10_000)).toBe(10_000);
    expect(bucket.claim(100, 10_000)).toBe(10_100);
  });
  it("takes only what is there", () => {
    const bucket = new TokenBucket(1_000, 10);
    expect(bucket.take(11, 0)).toBe(false);
    expect(bucket.take(10, 0)).toBe(true);
    expect(bucket.take(1, 0)).toBe(false);
    expect(bucket.take(1, 1)).toBe(true);
  });
});
