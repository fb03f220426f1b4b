import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { faultKinds } from "../../experiments/model/faults/index.ts";
import { CHECKS_FOLDER, checkTexts } from "../../scripts/contract.ts";
import { actions, mutated, noise, toAgentMessage, toServerMessage } from "../../test/fleet/messages.ts";
import { often } from "../../test/soak.ts";
import { checkFaults, checkToAgent } from "./check.ts";
import { checkForeignAttest, checkForeignHello, checkToServer } from "./check-to-server.ts";
import { CONTRACT_VERSION } from "./messages.ts";
import { localFaults, toAgent } from "./schemas/to-agent.ts";
import { foreignAttest, foreignHello, toServer } from "./schemas/to-server.ts";

const sent = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
/** Messages without a key `__proto__`, which zod leaves out of a record unchecked and the checks do not. */
const plain = <T>(messages: fc.Arbitrary<T>) =>
  messages.filter((value) => !JSON.stringify(value)?.includes("__proto__"));
const toAnAgent = plain(toAgentMessage);
const fromAgent = plain(toServerMessage("boot-1", () => "session-1", CONTRACT_VERSION));

/** Each generated check beside its schema; `checked` returns the accepted value, or null. */
const CHECKS: Readonly<Record<string, { schema: z.ZodType; checked: (value: unknown) => unknown }>> = {
  toAgent: { schema: toAgent, checked: (value) => ("message" in checkToAgent(value) ? value : null) },
  localFaults: { schema: localFaults, checked: (value) => ("faults" in checkFaults(value) ? value : null) },
  toServer: { schema: toServer, checked: (value) => ("said" in checkToServer(value) ? value : null) },
  foreignHello: { schema: foreignHello, checked: (value) => ("said" in checkForeignHello(value) ? value : null) },
  foreignAttest: { schema: foreignAttest, checked: (value) => ("said" in checkForeignAttest(value) ? value : null) },
};
/** Asserts that a check takes the value that the schema takes, with the same keys left. Returns whether it fits. */
const expectAgreement = (name: string, value: unknown): boolean => {
  const { schema, checked } = CHECKS[name]!;
  const read = schema.safeParse(sent(value));
  expect(checked(sent(value)), `${name} ${JSON.stringify(value)}`).toEqual(read.success ? read.data : null);
  return read.success;
};

describe("the generated checks", () => {
  test("are what `npm run contract` writes", () => {
    const texts = checkTexts();
    expect(readdirSync(CHECKS_FOLDER).sort()).toEqual([...texts.keys()].sort());
    for (const [file, text] of texts) expect(readFileSync(join(CHECKS_FOLDER, file), "utf8") === text, file).toBe(true);
  });

  test("take every message that a server or an agent may send, as the schemas do", () => {
    let fitting = 0;
    fc.assert(
      fc.property(toAnAgent, (message) => {
        expect(expectAgreement("toAgent", message)).toBe(true);
        const { faults } = message as { readonly faults?: readonly unknown[] };
        if (faults !== undefined) expect(expectAgreement("localFaults", faults)).toBe(true);
      }),
      { numRuns: often(150, 300) },
    );
    fc.assert(
      fc.property(fromAgent, (message) => {
        for (const name of ["toServer", "foreignHello", "foreignAttest"]) if (expectAgreement(name, message)) fitting++;
      }),
      { numRuns: often(150, 500) },
    );
    expect(fitting).toBeGreaterThan(often(45, 150));
  }, 60_000);

  test.each(Object.keys(CHECKS))(
    "%s says what the schema says of messages with one thing wrong somewhere",
    (name) => {
      const message = { toAgent: toAnAgent, localFaults: toAnAgent }[name] ?? fromAgent;
      let refused = 0;
      fc.assert(
        fc.property(mutated(message), (value) => {
          const { faults } = Object(value) as { readonly faults?: unknown };
          if (!expectAgreement(name, name === "localFaults" ? (faults ?? value) : value)) refused++;
        }),
        { numRuns: often(250, 1_000) },
      );
      expect(refused).toBeGreaterThan(often(62, 250));
    },
    60_000,
  );

  test.each(Object.keys(CHECKS))("%s says what the schema says of anything at all, and never throws", (name) => {
    fc.assert(
      fc.property(plain(fc.oneof(noise, fc.jsonValue())), (value) => void expectAgreement(name, value)),
      { numRuns: often(150, 500) },
    );
    fc.assert(
      fc.property(fc.anything(), (value) => void CHECKS[name]!.checked(value)),
      { numRuns: often(150, 500) },
    );
    const deep = JSON.parse(`{"type":"apply","session":${"[".repeat(50_000)}${"]".repeat(50_000)}}`);
    expect(CHECKS[name]!.checked(deep)).toBeNull();
  });
});

test("a key `__proto__` is checked like any other", () => {
  const order = (value: string) =>
    JSON.parse(
      `{"type":"apply","session":"s","epoch":1,"gen":1,"basis":1,"leaseMs":1,"faults":[],"watches":[],"allotments":{"__proto__":${value}}}`,
    );
  expect(checkToAgent(order("1"))).toHaveProperty("message");
  expect(checkToAgent(order("{}"))).toHaveProperty(
    "problem",
    "apply.allotments.__proto__: expected a whole number, got an object",
  );
  expect(checkToAgent(JSON.parse('{"type":"noted","session":"s","n":1,"__proto__":5}'))).toHaveProperty(
    "problem",
    "noted.__proto__: not known",
  );
});

const share = { steps: [1], eachMs: 0, by: "request" };
const fault = {
  ...{ id: "r/f@a->b", run: "r", name: "f", edge: "a->b", endpoints: null, action: actions[0], match: null, share },
  ...{ pulse: null, seed: 1, stealth: false, shadow: false, notAfterMs: 1_000 },
};
const apply = { type: "apply", session: "s", epoch: 1, gen: 1, basis: 1, leaseMs: 5_000, faults: [], watches: [] };
const problemOf = (message: object): string => {
  const checked = checkToAgent(sent(message));
  return "problem" in checked ? checked.problem : "none";
};

describe("a problem says where, what was expected and what came", () => {
  const cases: readonly [what: string, fault: object, problem: string][] = [
    ["a value of the wrong type", { seed: "1" }, 'apply.faults[0].seed: expected a number, got "1"'],
    ["a missing key", { run: undefined }, "apply.faults[0].run: expected a value, got nothing"],
    ["an unknown key", { until: 1 }, "apply.faults[0].until: not known"],
    [
      "a number too large",
      { notAfterMs: 7_200_001 },
      "apply.faults[0].notAfterMs: expected a number of 7200000 at most, got 7200001",
    ],
    [
      "a value that is not one of the names",
      { share: { ...share, by: "moon" } },
      'apply.faults[0].share.by: expected one of request, connection, trace or header:<name>, got "moon"',
    ],
    [
      "a value of no alternative",
      { match: { path: 5 } },
      "apply.faults[0].match.path: expected text or an object, got 5",
    ],
    [
      "a problem deep in an alternative",
      { match: { query: { "a.b": { regex: 5 } } } },
      "apply.faults[0].match.query.a.b.regex: expected text, got 5",
    ],
    [
      "a key that is too long",
      { match: { query: { ["x".repeat(4_097)]: "1" } } },
      "apply.faults[0].match.query key: expected text of 4096 characters at most, got a text of 4097 characters",
    ],
    [
      "a long text",
      { action: { kind: "abort", params: { status: 500, body: "x".repeat(65_537), headers: {} } } },
      "apply.faults[0].action.params.body: expected text of 65536 characters at most, got a text of 65537 characters",
    ],
    ["an object in place of text", { name: {} }, "apply.faults[0].name: expected text, got an object"],
    [
      "an unknown kind",
      { action: { kind: "earthquake", params: {} } },
      `apply.faults[0].action.kind: expected one of ${Object.keys(faultKinds).join(", ")}, got "earthquake"`,
    ],
    [
      "a condition in an alternative",
      {
        action: {
          kind: "latency",
          params: {
            percentiles: [
              { at: 0.5, ms: 2 },
              { at: 0.9, ms: 1 },
            ],
            at: "request",
          },
        },
      },
      "apply.faults[0].action.params: expected percentiles that rise",
    ],
    [
      "a condition between keys",
      { action: { kind: "slice", params: { size: 1, variation: 1, pause: 0, direction: "both" } } },
      "apply.faults[0].action.params: expected a variation less than size",
    ],
  ];
  test.each(cases)("%s", (_, wrong, problem) => {
    expect(problemOf({ ...apply, allotments: {}, faults: [{ ...fault, ...wrong }] })).toBe(problem);
  });

  test("a message of an unknown type", () => {
    expect(problemOf({ type: "obey" })).toBe(
      'type: expected one of welcome, edges, apply, renew, noted, drop, got "obey"',
    );
    expect(problemOf({ type: 7 })).toBe("type: expected one of welcome, edges, apply, renew, noted, drop, got 7");
    expect(problemOf([])).toContain("expected an object, got a list of 0");
  });
});

test("every parameter that a file can give passes the wire, whatever its kind", () => {
  for (const action of actions) expect(checkFaults(sent([{ ...fault, action }]))).not.toHaveProperty("problem");
  expect(new Set(actions.map(({ kind }) => kind))).toEqual(new Set(Object.keys(faultKinds)));
});

test("a parameter that this agent does not know is refused, not passed over", () => {
  for (const { kind, params } of actions) {
    const action = { kind, params: { ...(params as object), sometimes: true } };
    expect(checkFaults(sent([{ ...fault, action }]))).toHaveProperty("problem", expect.stringContaining("sometimes"));
  }
  expect(checkFaults([{ ...fault, action: { kind: "constructor", params: {} } }])).toHaveProperty("problem");
});

test("drop keeps its one encoding: it is understood with whatever a later version adds to it", () => {
  expect(checkToAgent({ type: "drop", nonce: "n1", since: 7 })).toEqual({ message: { type: "drop", nonce: "n1" } });
});

test("a refused order still tells whose it was", () => {
  const checked = checkToAgent({ type: "apply", session: "s", epoch: 3, gen: 9, basis: "x" });
  expect(checked).toMatchObject({ heard: { type: "apply", session: "s", epoch: 3, gen: 9 } });
  expect(checkToAgent({ ...apply, allotments: {}, basis: "x" })).toHaveProperty(
    "problem",
    'apply.basis: expected a whole number, got "x"',
  );
});

test("a welcome is understood with whatever a later version adds to it, and leaves the edges be where it names none", () => {
  const welcome = { type: "welcome", session: "s", epoch: 1, leaseMs: 5_000, edges: null };
  expect(checkToAgent({ ...welcome, since: 7 })).toEqual({ message: welcome });
});
