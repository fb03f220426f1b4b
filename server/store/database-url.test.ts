import { describe, expect, it } from "vitest";
import { readDatabaseUrl } from "./database-url.ts";

describe("the URL of a database", () => {
  it("may name several hosts, each of which is tried, and is shown without its password", () => {
    expect(
      readDatabaseUrl(
        "postgres://me:s3,cret@a:5433,b,[::1]:5434/squall?target_session_attrs=read-write&sslmode=require",
      ),
    ).toEqual({
      urls: [
        "postgres://me:s3,cret@a:5433/squall?sslmode=require",
        "postgres://me:s3,cret@b/squall?sslmode=require",
        "postgres://me:s3,cret@[::1]:5434/squall?sslmode=require",
      ],
      place: "a:5433,b,[::1]:5434/squall",
    });
    expect(readDatabaseUrl("postgresql://a/squall")).toEqual({ urls: ["postgresql://a/squall"], place: "a/squall" });
  });
  it("is told to be none where it is none, or asks for a database that cannot be written", () => {
    for (const text of [
      "mysql://a/b",
      "postgres://",
      "s3cret",
      "postgres:///b",
      "postgres://a:port/b",
      "postgres://me@/b",
    ])
      expect([text, readDatabaseUrl(text)]).toEqual([text, null]);
    expect(() => readDatabaseUrl("postgres://a/b?target_session_attrs=standby")).toThrow(/takes no writes/);
  });
});
