// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how variables are written in files
import { describe, expect, it } from "vitest";
import { whyCommandDenied } from "./commands.ts";
import { expandStored } from "./expand-variables.ts";

describe("a stored document", () => {
  it("is filled only with variables that the administrator allowed", () => {
    const content = { url: "http://${HOST}/", note: "$${HOST}", other: "${PORT:-80}" };
    expect(expandStored(content, { HOST: "orders.internal" })).toEqual({
      value: { url: "http://orders.internal/", note: "${HOST}", other: "80" },
      secrets: ["orders.internal"],
    });
    expect(expandStored({ key: ["${DATABASE_URL}"] }, { HOST: "h" })).toEqual({
      problems: [
        {
          path: ["key", 0],
          message: "the variable DATABASE_URL is not one that this server gives to documents (--env-allow)",
        },
      ],
    });
  });
  it("reaches no variable that every object has", () => {
    expect(expandStored("${constructor}", {})).toHaveProperty("problems");
  });
});

describe("a command of a `process` probe", () => {
  const commands = { "check-books": { command: ["node", "check.js"], env: {} } };
  const pace = { env: {}, every: 1_000, timeout: 5_000, maxBody: 65_536 };
  it("is run when its file may say it, or when the server knows it by name", () => {
    const file = { ...pace, command: ["rm", "-rf", "/"] };
    expect(whyCommandDenied(file, { allowExec: false, commands })).toContain("start it with --allow-exec");
    expect(whyCommandDenied(file, { allowExec: true, commands })).toBeNull();
    expect(whyCommandDenied({ ...pace, run: "check-books" }, { allowExec: false, commands })).toBeNull();
    expect(whyCommandDenied({ ...pace, run: "check-book" }, { allowExec: true, commands })).toContain(
      "it knows check-books",
    );
    expect(whyCommandDenied({ ...pace, run: "toString" }, { allowExec: true, commands })).toContain("does not know");
  });
});
