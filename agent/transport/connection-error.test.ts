import { expect, it } from "vitest";
import { exhaustionOf } from "../metrics/observer.ts";
import { connectionError } from "./connection-error.ts";

const codeOf = (code: string) => connectionError(Object.assign(new Error(`connect ${code}`), { code })).code;

it("is the callee's or the network's, unless this machine has no port or descriptor left", () => {
  expect(["ECONNREFUSED", "EPIPE", "ETIMEDOUT", "ENETUNREACH", "EWHATEVER"].map(codeOf)).toEqual([
    ...["refused", "reset", "timeout", "unreachable", "broken"],
  ]);
  expect(["EADDRNOTAVAIL", "EMFILE", "ECONNREFUSED"].map(codeOf).map(exhaustionOf)).toEqual([
    ...["agent-ports", "agent-descriptors", null],
  ]);
});
