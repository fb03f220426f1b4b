import { describe, expect, it } from "vitest";
import { readFlags } from "../../agent/flags.ts";
import { openProgram } from "../program.ts";
import { flagsOf } from "./agent.ts";

const OF_EACH: Readonly<Record<string, string | true>> = {
  ...{ instance: "checkout-1", control: "/run/agent.sock", service: "checkout", label: "zone=a", join: "join.token" },
  ...{
    credential: "-odd-name",
    ca: "ca.pem",
    cert: "cert.pem",
    key: "key.pem",
    meshOffer: "mesh.yaml",
    edges: "mesh.yaml",
  },
  ...{ listen: "checkout->payments=127.0.0.1:7204", listenAllow: "10.0.0.0/8", upstreamAllow: "payments:8080" },
  ...{ allowKinds: "latency,abort", greatestShare: "20%", server: "https://a.example:4780", logFormat: "json" },
  ...{ transport: "data", heldMemory: "64MiB", intercept: true },
};

describe("the flags of `squall agent`", () => {
  it("are those of the agent itself, each with its value", () => {
    const read = readFlags(flagsOf(OF_EACH));
    expect(read).toMatchObject({
      source: { kind: "server", urls: ["https://a.example:4780"], credential: "-odd-name", offer: "mesh.yaml" },
      ...{ instance: "checkout-1", service: "checkout", labels: { zone: "a" }, control: "/run/agent.sock" },
      ...{ listen: { "checkout->payments": "127.0.0.1:7204" }, policy: { kinds: ["latency", "abort"] } },
      intercept: true,
    });
  });
  it("may come several times where the agent takes them so", () => {
    const read = readFlags(flagsOf({ server: ["https://a", "https://b"], label: ["a=1", "b=2"] }));
    expect(read).toMatchObject({ source: { urls: ["https://a", "https://b"] }, labels: { a: "1", b: "2" } });
  });
  it("are all declared here, and none that the agent does not know", () => {
    const program = openProgram({ output: {}, version: "0.0.0" } as never, () => {});
    const declared = program.commands.find((command) => command.name() === "agent")!.options;
    const missing = declared.map((option) => option.attributeName()).filter((name) => !Object.hasOwn(OF_EACH, name));
    // Each of these flags excludes another flag of the list.
    expect(missing.sort()).toEqual(["edgesEnv", "joinEnv", "mesh", "tokenEnv"]);
    for (const name of missing) {
      const options: Readonly<Record<string, string>> = name === "mesh" ? {} : { server: "https://a" };
      expect(readFlags(flagsOf({ ...options, [name]: "x" } as never))).not.toHaveProperty("problem");
    }
  });
});
