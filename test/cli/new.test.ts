/** `squall new`, the real binary: by options, by answers on a terminal; the written file runs on the shop. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test as base, describe, expect } from "vitest";
import { openNetwork } from "../network.ts";
import { openYard, ROOT, SQUALL, type Yard } from "./squall.ts";

const SHOP = "experiments/shop/mesh.yaml";
const CHECKOUT = ["--edge", "checkout:payments", "--to", "gateway", "--ask", "POST /checkout"];
const ORDER = ["--json", '{"sku":"kettle","quantity":1}'];
const test = base.extend<{ readonly yard: Yard }>({
  yard: async ({ task: _ }, use) => {
    const yard = openYard();
    await use(yard);
    yard.remove();
  },
});
/** The shop's mesh beside the files of a test. */
const withShop = (yard: Yard): void => {
  const text = readFileSync(join(ROOT, SHOP), "utf8");
  yard.put("mesh.yaml", text.replace("../../dist", join(ROOT, "dist")));
};
const at = (yard: Yard, name: string): string => readFileSync(join(yard.folder, name), "utf8");

describe.concurrent("squall new", () => {
  test("writes a file that validates and plans, and never replaces one without being told", async ({ yard }) => {
    withShop(yard);
    const written = await yard.squall(["new", "slow", ...CHECKOUT, ...ORDER]);
    const file = "checkout-survives-slow-payments.yaml";
    expect(written, written.stderr).toMatchObject({ code: 0, stdout: "" });
    expect(written.stderr).toContain(`squall plan ${file}`);
    for (const command of ["validate", "plan"]) expect(await yard.squall([command, file])).toMatchObject({ code: 0 });
    const before = at(yard, file);
    const again = await yard.squall(["new", "slow", ...CHECKOUT, ...ORDER, "--within", "500ms"]);
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toContain(`${file} is there already: --force replaces it`);
    expect(at(yard, file)).toBe(before);
    const forced = await yard.squall(["new", "slow", ...CHECKOUT, ...ORDER, "--within", "500ms", "--force"]);
    expect(forced).toMatchObject({ code: 0 });
    expect(at(yard, file)).toContain("within: 500ms");
  });
  test("says what is missing or wrong, and what there is", async ({ yard }) => {
    const said = async (...argv: readonly string[]) => {
      const { code, stderr } = await yard.squall(["new", ...argv]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await said("slow")).toMatch(/mesh\.yaml does not exist: `squall init` writes one/);
    withShop(yard);
    expect(await said()).toContain("which template? One of slow, failing, cut, flaky");
    expect(await said("slwo", "--edge", "checkout:payments")).toContain("there is no template slwo");
    expect(await said("slow")).toMatch(/which edge\? .*gateway:catalog, gateway:checkout/);
    expect(await said("slow", "--edge", "a:b")).toContain("--edge a:b: expected caller:callee");
    expect(await said("slow", "--edge", "checkout:payments", "--ask", "checkout")).toContain(
      'such as "POST /checkout"',
    );
    expect(await said("slow", ...CHECKOUT, "--json", "{")).toContain("--json {: not JSON");
    expect(await said("slow", "--edge", "checkout:payments", "--to", "ledger")).toContain("checkout, gateway");
    expect(await said("slow", ...CHECKOUT, "--within", "soon")).toContain("--within: expected a duration");
    expect(await said("slow", ...CHECKOUT, "--name", "No Name")).toContain("expected a name of a-z");
  });
  test("asks on a terminal for what no option says", async ({ yard }) => {
    withShop(yard);
    // `script` gives the command a terminal; answers go to the stream from which the questions come.
    const child = spawn("script", ["-qec", `${process.execPath} ${SQUALL} new`, "/dev/null"], {
      cwd: yard.folder,
      env: { ...process.env, SQUALL_HOME: yard.home, CI: "", NO_COLOR: "1", TERM: "xterm" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let said = "";
    const answers: (readonly [RegExp, string])[] = [
      [/What happens to the dependency\? \[slow\] $/, "5\n"],
      [/one of 1 to 4, please[\s\S]*\[slow\] $/, "flaky\n"],
      [/Which call, caller:callee\? \[gateway:catalog\] $/, "3\n"],
      [/A request that makes checkout call payments\? \[GET \/\] $/, "POST /checkout\n"],
      [/Which service is asked\? \[checkout\] $/, "gateway\n"],
      [/Into which file\? \[checkout-survives-flaky-payments\.yaml\] $/, "first.yaml\n"],
    ];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences of a terminal are left out
      const plain = said.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "");
      const [next] = answers;
      if (next?.[0].test(plain)) child.stdin.write(answers.shift()![1]);
    });
    const code = await new Promise((done) => child.on("close", done));
    expect({ code, answers }, said).toEqual({ code: 0, answers: [] });
    expect(at(yard, "first.yaml")).toContain("share: 30%");
    expect(await yard.squall(["validate", "first.yaml"])).toMatchObject({ code: 0 });
  });
  test("writes what the shop survives, in a real run", { timeout: 120_000 }, async ({ yard }) => {
    const network = await openNetwork();
    try {
      withShop(yard);
      expect(await yard.squall(["new", "failing", ...CHECKOUT, ...ORDER, "--out", "first.yaml"])).toMatchObject({
        code: 0,
      });
      const shorter = at(yard, "first.yaml").replace("baseline: 10s, during: 20s", "baseline: 3s, during: 8s");
      writeFileSync(join(yard.folder, "first.yaml"), shorter);
      const [command, ...argv] = network.within([process.execPath, SQUALL, "run", "first.yaml"]);
      const env = { ...process.env, SQUALL_HOME: yard.home, NO_COLOR: "1", GITHUB_ACTIONS: "" };
      const { code, output } = await new Promise<{ code: number | null; output: string }>((done) => {
        const child = spawn(command, argv, { cwd: yard.folder, env, stdio: ["ignore", "pipe", "pipe"] });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
        child.on("close", (code) => done({ code, output }));
      });
      expect({ code }, output).toEqual({ code: 0 });
      expect(output).toContain("HELD");
    } finally {
      await network.close();
    }
  });
});
