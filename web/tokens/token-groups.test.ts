import { describe, expect, it } from "vitest";
import type { TokenView } from "../../server/contract/index.ts";
import { goodOf, isServersOwn, ownIds, sizeOf, stateOf, tokenGroupsOf } from "./token-groups.ts";

const END = "2026-01-31T21:00:00.123Z";
const token = (id: string, more: Partial<TokenView> = {}): TokenView => ({
  ...{ id, name: id, role: "operator", service: null, edges: null, instance: null, parent: null, createdBy: "local" },
  ...{ createdAt: "2026-01-31T09:00:00.000Z", expiresAt: null, revokedAt: null, lastUsedAt: null },
  ...more,
});

describe("the tokens", () => {
  it("have their sessions folded below them, whichever comes first", () => {
    const groups = tokenGroupsOf([
      token("s2", { parent: "alice" }),
      token("bob"),
      token("s1", { parent: "alice" }),
      token("alice"),
    ]);
    expect(groups.map(({ id, sessions }) => [id, sessions.map((one) => one.id)])).toEqual([
      ["bob", []],
      ["alice", ["s2", "s1"]],
    ]);
  });
  it("show sessions of the server's own token, and of tokens that were not read yet", () => {
    const groups = tokenGroupsOf([
      token("s1", { parent: "older" }),
      token("s2", { parent: "local:12345678" }),
      token("bob"),
    ]);
    expect(groups.map((group) => [group.id, isServersOwn(group)])).toEqual([
      ["bob", false],
      ["local:12345678", true],
      ["older", false],
    ]);
  });
  it("are good until they are revoked or have expired", () => {
    const wallMs = Date.parse(END);
    expect(stateOf(token("a"), wallMs)).toBe("good");
    expect(stateOf(token("a", { expiresAt: END }), wallMs - 1)).toBe("good");
    expect(stateOf(token("a", { expiresAt: END }), wallMs)).toBe("expired");
    expect(stateOf(token("a", { expiresAt: END, revokedAt: END }), wallMs)).toBe("revoked");
  });
  it("let nobody in any more with what was made with one that has ended", () => {
    const groups = tokenGroupsOf([
      ...[token("s1", { parent: "alice" }), token("alice", { revokedAt: END })],
      ...[token("s2", { parent: "bob", expiresAt: END }), token("s3", { parent: "bob" }), token("bob")],
      token("s4", { parent: "local:12345678", expiresAt: END }),
    ]);
    const good = goodOf(groups, Date.parse(END));
    expect(good.map(({ id, sessions }) => [id, sessions.map((one) => one.id)])).toEqual([["bob", ["s3"]]]);
    expect([sizeOf(groups), sizeOf(good)]).toEqual([6, 2]);
  });
  it("tell which of them sign out whoever looks", () => {
    const tokens = [
      token("mine", { name: "alice", parent: "alice", expiresAt: END }),
      token("other", { name: "alice", parent: "alice", expiresAt: "2026-01-31T21:00:00.124Z" }),
      token("alice", { name: "alice" }),
      token("bob"),
    ];
    const who = { name: "alice", role: "operator", expiresAt: END } as const;
    expect([...ownIds(tokens, who)]).toEqual(["mine", "alice"]);
    expect([...ownIds(tokens, { ...who, expiresAt: null })]).toEqual([]);
  });
});
