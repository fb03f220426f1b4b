import { describe, expect, it } from "vitest";
import { SETTINGS } from "../config/settings.ts";
import { withoutServerSecrets } from "./commands.ts";

describe("the environment of a command", () => {
  it("has no variable of a secret setting, and every other variable", () => {
    const secret = SETTINGS.filter(({ secret }) => secret).map(({ variable }) => [variable, "hidden"] as const);
    expect(secret.length).toBeGreaterThan(0);
    const rest = { PATH: "/bin", SQUALL_HOME: "/home/squall", SQUALL_LISTEN: "127.0.0.1:1" };
    expect(withoutServerSecrets({ ...Object.fromEntries(secret), ...rest })).toEqual(rest);
  });
});
