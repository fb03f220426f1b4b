import { describe, expect, it } from "vitest";
import type { Call } from "../../agent/recording/recorder.ts";
import { readDocuments } from "../../experiments/model/document/document.ts";
import { readMesh } from "../../experiments/model/read/mesh.ts";
import { meshText } from "./draft.ts";
import { nameOfCommand } from "./listener-name.ts";
import { meshFromCalls } from "./traffic.ts";

const call = (caller: string | null, callee: string, more: Partial<Call> = {}): Call => ({
  ...{ caller, callee, protocol: "http", count: 3, ...more },
});
const NAMES: Readonly<Record<string, string>> = { "127.0.0.1:7103": "checkout", "127.0.0.1:7104": "payments" };
const draftOf = (...calls: readonly Call[]) =>
  meshFromCalls(calls, { name: "shop", nameOf: (address) => NAMES[address] ?? null });
const meshOf = (...calls: readonly Call[]) => {
  const text = meshText(draftOf(...calls));
  const read = readMesh(readDocuments(text, "mesh.yaml").documents[0]!);
  if ("problems" in read) throw new Error(`${JSON.stringify(read.problems)}\n${text}`);
  return read.mesh;
};
const edgesOf = (...calls: readonly Call[]) =>
  meshOf(...calls).edges.map(({ from, to, protocol }) => `${from} → ${to} ${protocol}`);

describe("a mesh from recorded calls", () => {
  it("has an edge for each pair, and one service for who both calls and answers", () => {
    const calls = [call("gateway", "127.0.0.1:7103"), call("checkout", "127.0.0.1:7104")];
    expect(edgesOf(...calls)).toEqual(["checkout → payments http", "gateway → checkout http"]);
    expect(
      meshOf(...calls)
        .services.map(({ name }) => name)
        .sort(),
    ).toEqual(["checkout", "gateway", "payments"]);
  });

  it("names an unknown callee after its host or port, and asks for a better name", () => {
    const draft = draftOf(call("gateway", "127.0.0.1:9999"), call("gateway", "stock.internal:80"));
    expect(draft.services.map(({ name }) => name)).toEqual(["port-9999", "stock", "gateway"]);
    expect(meshText(draft)).toContain("# named after its address, 127.0.0.1:9999: call it what it is");
  });

  it("takes a pair for bytes when both requests and other bytes were seen", () => {
    const calls = [call("a", "b.x:1"), call("a", "b.x:1", { protocol: "tcp" })];
    expect(edgesOf(...calls)).toEqual(["a → b tcp"]);
  });

  it("asks who it was that gave no name", () => {
    expect(meshText(draftOf(call(null, "127.0.0.1:7104")))).toContain("# gave the proxy no user name: say who it is");
  });

  it("is valid whatever callers call themselves", () => {
    const names = ["a\n    - x", "Ä Ö", "", "x".repeat(200), "- a", "null", "123", "a:b", "payments"];
    expect(meshOf(...names.map((name, i) => call(name, `127.0.0.1:${7104 + i}`))).edges).toHaveLength(names.length);
  });
});

it("names a process by its script or program", () => {
  expect(nameOfCommand("node --inspect dist/payments.js --port 80")).toBe("payments");
  expect(nameOfCommand("/usr/bin/python3.11 -m /srv/ledger.py")).toBe("ledger");
  expect(nameOfCommand("/opt/stock/bin/stockd -v")).toBe("stockd");
  expect(nameOfCommand("nginx: master process nginx")).toBe("nginx");
  expect(nameOfCommand("")).toBeNull();
});
