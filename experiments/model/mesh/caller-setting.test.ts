import { describe, expect, it } from "vitest";
import { callerSettings } from "./caller-setting.ts";

const AGENT = "127.0.0.1:18003";
const settingsOf = (environment: Record<string, string>, ...addresses: string[]) =>
  callerSettings(environment, addresses, AGENT);
const linesOf = (environment: Record<string, string>, ...addresses: string[]) =>
  settingsOf(environment, ...addresses).flatMap(({ lines }) => lines ?? []);

describe("the setting that leads a caller to the agent", () => {
  it("is the variable that names the callee, with the rest of its value kept", () => {
    const environment = { PORT: "7103", PAYMENTS_URL: "http://payments:8080/v1", STOCK: "inventory:7105" };
    expect(settingsOf(environment, "payments:8080")).toEqual([
      { variables: ["PAYMENTS_URL"], lines: [`PAYMENTS_URL=http://${AGENT}/v1`], direct: "payments:8080" },
    ]);
    expect(linesOf({ X: "http://payments/v1" }, "payments:80")).toEqual([`X=http://${AGENT}/v1`]);
    expect(linesOf({ X: "http://payments-2:80,http://payments:80" }, "payments:80")).toEqual([
      `X=http://payments-2:80,http://${AGENT}`,
    ]);
  });
  it("is known whichever name of this machine is written", () => {
    expect(linesOf({ PAYMENTS: "localhost:7104" }, "127.0.0.1:7104")).toEqual([`PAYMENTS=${AGENT}`]);
    expect(linesOf({ PAYMENTS: "localhost:7104" }, "payments:7104")).toEqual([]);
  });
  it("may be two: one for the host, one for the port", () => {
    expect(linesOf({ STOCK_HOST: "inventory", STOCK_PORT: "7105" }, "inventory:7105")).toEqual([
      "STOCK_HOST=127.0.0.1",
      "STOCK_PORT=18003",
    ]);
  });
  it("is named but not quoted where its value may hold a secret", () => {
    for (const value of [
      "postgres://shop:hunter2@ledger:5432/shop",
      "postgres://ledger:5432/shop?password=hunter2",
      "http://ledger:5432/hooks/T0123456789abcdefghijklmnop",
    ])
      expect(settingsOf({ URL: value }, "ledger:5432")).toEqual([
        { variables: ["URL"], lines: null, direct: "ledger:5432" },
      ]);
  });
  it("is none where no variable names the callee", () => {
    expect(settingsOf({ PORT: "7103", MODE: "payments" }, "payments:8080")).toEqual([]);
  });
});
