import { describe, expect, test } from "vitest";
import { type Flags, readFlags } from "./flags.ts";

const SERVER = ["--server", "https://squall.example:8500"];
const read = (...args: string[]): Flags => {
  const flags = readFlags(args);
  if ("problem" in flags) throw new Error(flags.problem);
  return flags;
};
const problem = (...args: string[]): string => {
  const flags = readFlags(args);
  return "problem" in flags ? flags.problem : "";
};

describe("the agent's flags", () => {
  test("say who it is", () => {
    const flags = read(...SERVER, "--service", "checkout", "--label", "zone=a", "--label", "track=canary=1");
    expect(flags).toMatchObject({ service: "checkout", labels: { zone: "a", track: "canary=1" } });
    expect(read(...SERVER)).toMatchObject({ service: null, labels: {} });
  });
  test("name several servers, and one way to be known to them", () => {
    const several = read(...SERVER, "--server", "http://127.0.0.1:8500").source;
    expect(several).toMatchObject({
      urls: [SERVER[1], "http://127.0.0.1:8500"],
      tokenSource: { variable: "SQUALL_TOKEN" },
    });
    expect(read(...SERVER, "--join", "/run/join").source).toMatchObject({
      tokenSource: { what: "join", file: "/run/join" },
    });
    expect(read(...SERVER, "--credential", "/var/c").source).toMatchObject({
      ...{ credential: "/var/c", tokenSource: { what: "join", variable: "SQUALL_JOIN_TOKEN" } },
    });
  });
  test("let a server make it listen on loopback only, unless they say otherwise; a file of its own is trusted", () => {
    expect(read(...SERVER).policy.listen!.allows("127.0.0.1:80")).toBe(true);
    expect(read(...SERVER).policy.listen!.allows("0.0.0.0:80")).toBe(false);
    expect(read(...SERVER, "--listen-allow", "0.0.0.0").policy.listen!.allows("0.0.0.0:80")).toBe(true);
    expect(read("--mesh", "m.yaml").policy.listen).toBeNull();
    expect(read(...SERVER, "--parent").policy.listen).toBeNull();
  });
  test("force a transport tier; without the flag the agent chooses", () => {
    expect(read(...SERVER, "--transport", "onread").transport).toBe("onread");
    expect(read(...SERVER).transport).toBeNull();
  });
  test.each([
    [[], "usage"],
    [[...SERVER, "--mesh", "m.yaml"], "usage"],
    [["--server", "squall.example"], "https://"],
    [["--server", "ftp://squall.example"], "https://"],
    [["--server", "https://squall.example/squall"], "at the root of a host name"],
    [[...SERVER, "--label", "zone"], "KEY=VALUE"],
    [[...SERVER, "--listen", "a->b"], "HOST:PORT"],
    [[...SERVER, "--listen", "a->b=nowhere"], "nowhere"],
    [[...SERVER, "--listen-allow", "10.0.0.0/99"], "/99"],
    [[...SERVER, "--upstream-allow", "payments/8"], "payments/8"],
    [[...SERVER, "--join", "f", "--token-env", "T"], "name one of them"],
    [[...SERVER, "--greatest-share", "lots"], "--greatest-share"],
    [[...SERVER, "--transport", "udp"], "--transport"],
    [[...SERVER, "--nonsense"], "--nonsense"],
    [[...SERVER, "--instance", "checkout 1"], "--instance: expected letters"],
    [[...SERVER, "--instance", `x${"y".repeat(253)}`], "253 characters"],
    [[...SERVER, "--instance", ""], "--instance: expected letters"],
    [[...SERVER, "--instance=-x"], "--instance: expected letters"],
    [[...SERVER, "--service", "Checkout"], "--service: expected a name"],
    [[...SERVER, "--label", `zone=${"a".repeat(64)}`], "--label: expected keys and values of 63"],
    [[...SERVER, "--label", "zone=a\nb"], "visible characters"],
    [[...SERVER, ...Array.from({ length: 65 }, (_, i) => ["--label", `l${i}=x`]).flat()], "64 labels at most, got 65"],
  ])("%j are refused, with what was expected", (args, said) => {
    expect(problem(...args)).toContain(said);
  });
  test("let the kernel bring the calls of a service, and of a service alone", () => {
    expect(read(...SERVER, "--service", "checkout", "--intercept").intercept).toBe(true);
    expect(read(...SERVER, "--service", "checkout").intercept).toBe(false);
    expect(problem(...SERVER, "--intercept")).toMatch(/--intercept: goes with --service/);
    expect(problem(...SERVER, "--service", "checkout", "--intercept", "--parent")).toMatch(/leave --parent out/);
  });
});
