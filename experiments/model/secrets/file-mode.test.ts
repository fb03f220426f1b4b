import { expect, it } from "vitest";
import { secretProblem } from "./file-mode.ts";

const of = (mode: number, uid = 1_000, isFile = true) => secretProblem("/run/token", { mode, uid, isFile });

it("lets the owner alone read a secret, and says what to run where others can", () => {
  for (const mode of [0o600, 0o400, 0o700, 0o100600]) expect(of(mode)).toBeNull();
  for (const mode of [0o644, 0o640, 0o604, 0o602, 0o620, 0o601, 0o666, 0o777, 0o100644])
    expect(of(mode)).toBe("/run/token can be read or changed by others than its owner: chmod 600 /run/token");
});
it("lets the group read root's file, as Kubernetes mounts one, and nobody else", () => {
  for (const mode of [0o440, 0o640, 0o400]) expect(of(mode, 0)).toBeNull();
  for (const mode of [0o444, 0o644, 0o660, 0o642]) expect(of(mode, 0)).toContain("chmod 600 /run/token");
});
it("asks nothing of a pipe, and quotes a path for the shell", () => {
  expect(of(0o644, 1_000, false)).toBeNull();
  expect(secretProblem("/run/it's mine", { mode: 0o644, uid: 1, isFile: true })).toContain(
    String.raw`chmod 600 '/run/it'\''s mine'`,
  );
});
