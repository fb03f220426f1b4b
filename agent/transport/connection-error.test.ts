import { expect, it } from "vitest";
import { lackOf } from "../metrics/observer.ts";
import { connectionError } from "./connection-error.ts";

const codeOf = (code: string) => connectionError(Object.assign(new Error(`connect ${code}`), { code })).code;

it("is the callee's or the network's, unless this machine lacked a port or a descriptor", () => {
  expect(["ECONNREFUSED", "EPIPE", "ETIMEDOUT", "ENETUNREACH", "EWHATEVER"].map(codeOf)).toEqual([
    ...["refused", "reset", "timeout", "unreachable", "broken"],
  ]);
  expect(["EADDRNOTAVAIL", "EMFILE", "ECONNREFUSED"].map(codeOf).map(lackOf)).toEqual([
    ...["agent-ports", "agent-descriptors", null],
  ]);
});
