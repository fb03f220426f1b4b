/** Every step of docs/ci.md and of action.yml, run unchanged, in a repository as the page describes. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openYard, pairExperiment, pairMesh, ROOT, type Yard } from "./squall.ts";

const page = readFileSync(join(ROOT, "docs/ci.md"), "utf8");
const blocks = (info: string): readonly string[] =>
  [...page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
    .filter(([, fence]) => fence === info)
    .map(([, , body]) => body!.trim());

/** A repository as the page describes. */
const openRepository = async (): Promise<Yard> => {
  const yard = openYard();
  yard.put("package.json", '{ "name": "shop", "private": true, "dependencies": { "squall": "*" } }\n');
  // Layout as `npm ci` leaves the package and the package's bin.
  mkdirSync(join(yard.folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(ROOT, join(yard.folder, "node_modules/squall"));
  symlinkSync("../squall/cli/squall.js", join(yard.folder, "node_modules/.bin/squall"));
  yard.put("chaos/mesh.yaml", await pairMesh());
  const held = { fault: "latency: { delay: 20ms }", during: "2s", labels: "service: front" };
  yard.put("chaos/front-survives-slow-back.yaml", pairExperiment({ name: "front-survives-slow-back", ...held }));
  mkdirSync(join(yard.folder, "reports"));
  return yard;
};
const it = test.extend<{ readonly yard: Yard }>({
  yard: async ({ task: _ }, use) => {
    const yard = await openRepository();
    await use(yard);
    yard.remove();
  },
});

const shell = (yard: Yard, script: string, environment: Record<string, string> = {}) =>
  new Promise<{ code: number | null; output: string }>((done) => {
    const clean = { GITHUB_ACTIONS: "", GITHUB_STEP_SUMMARY: "", CI: "true", NO_COLOR: "1" };
    const env = { ...process.env, ...clean, SQUALL_HOME: yard.home, ...environment };
    const child = spawn("bash", ["-e", "-o", "pipefail", "-c", script], {
      cwd: yard.folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("close", (code) => done({ code, output }));
  });
/** A dependency that the yard has already, and needs no registry for. */
const withoutInstall = (steps: readonly string[]) => steps.filter((step) => step !== "npm ci");
const breakIt = (yard: Yard) => {
  const broken = pairExperiment({ name: "front-survives-no-back", fault: "abort: { status: 503 }" });
  writeFileSync(join(yard.folder, "chaos/front-survives-no-back.yaml"), broken);
};

describe.concurrent("the shell steps", () => {
  it("all succeed, one after another, where the hypotheses hold", async ({ yard }) => {
    const steps = blocks("sh test");
    expect(steps.length).toBeGreaterThan(5);
    for (const step of steps) {
      const { code, output } = await shell(yard, step);
      expect({ step, code, output }).toMatchObject({ code: 0 });
    }
    for (const path of ["reports/squall.xml", "reports/squall.md", "reports/squall.json"])
      expect(existsSync(join(yard.folder, path))).toBe(true);
  }, 180_000);
  it("that run experiments fail where one is broken", async ({ yard }) => {
    breakIt(yard);
    for (const step of blocks("sh test").filter((one) => /squall run chaos( |$)/m.test(one) && !one.includes("-l ")))
      expect({ step, ...(await shell(yard, step)) }).toMatchObject({ code: 1 });
  }, 120_000);
});

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly runs: {
    readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[];
  };
}
const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as Action;
/** The runner's treatment of a composite action: defaults, given inputs, environment, shell. */
const runAction = (yard: Yard, given: Readonly<Record<string, string>>, environment: Record<string, string>) => {
  const inputs = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([name, { default: value = "" }]) => [name, value])),
    ...given,
  };
  const [step] = action.runs.steps;
  const fill = (text: string) => text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => inputs[name] ?? "");
  const env = Object.fromEntries(Object.entries(step!.env).map(([name, value]) => [name, fill(value)]));
  return shell(yard, step!.run, { ...environment, ...env });
};
const github = (yard: Yard) => {
  const paths = { GITHUB_STEP_SUMMARY: join(yard.folder, "summary.md"), GITHUB_OUTPUT: join(yard.folder, "output") };
  for (const path of Object.values(paths)) writeFileSync(path, "");
  return { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: yard.folder, ...paths };
};

describe.concurrent("the GitHub workflows", () => {
  it("run step by step, with the action as it stands in this repository", async ({ yard }) => {
    const workflows = blocks("yaml github");
    expect(workflows).toHaveLength(2);
    for (const workflow of workflows) {
      const environment = github(yard);
      const { steps } = Object.values((parse(workflow) as { jobs: Record<string, { steps: Step[] }> }).jobs)[0]!;
      for (const { run, uses, with: given } of steps) {
        if (run !== undefined && run !== "npm ci")
          expect({ run, ...(await shell(yard, run, environment)) }).toMatchObject({ code: 0 });
        if (uses?.startsWith("squall-dev/squall")) {
          for (const name of Object.keys(given!)) expect(Object.keys(action.inputs)).toContain(name);
          expect(await runAction(yard, given!, environment)).toMatchObject({ code: 0 });
          expect(readFileSync(environment.GITHUB_OUTPUT, "utf8")).toBe("exit-code=0\n");
        }
      }
      expect(readFileSync(environment.GITHUB_STEP_SUMMARY, "utf8")).toContain("HELD: front-survives-slow-back");
      expect(existsSync(join(yard.folder, "squall-report/junit.xml"))).toBe(true);
    }
  }, 120_000);
  it("end with the verdict's code, and annotate the line that did not hold", async ({ yard }) => {
    breakIt(yard);
    const environment = github(yard);
    const { code, output } = await runAction(yard, { files: "chaos/front-survives-no-back.yaml" }, environment);
    expect(code).toBe(1);
    expect(output).toMatch(/^::error file=chaos\/front-survives-no-back\.yaml,line=\d+,title=BROKEN/m);
    expect(readFileSync(environment.GITHUB_OUTPUT, "utf8")).toBe("exit-code=1\n");
  });
  it("never read an input as shell", async ({ yard }) => {
    const files = "chaos/$(touch hacked).yaml; touch hacked";
    expect((await runAction(yard, { files, args: "`touch hacked`" }, github(yard))).code).toBe(2);
    expect(existsSync(join(yard.folder, "hacked"))).toBe(false);
  });
});

describe.concurrent("the GitLab job", () => {
  it("runs step by step and leaves the files that it names", async ({ yard }) => {
    const [job] = blocks("yaml gitlab").map((block) => parse(block).chaos);
    for (const step of withoutInstall(job.script))
      expect({ step, ...(await shell(yard, step)) }).toMatchObject({ code: 0 });
    expect(existsSync(join(yard.folder, job.artifacts.reports.junit))).toBe(true);
  });
});
