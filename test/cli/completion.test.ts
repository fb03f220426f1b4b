/** Completion as shells do: the scripts are loaded by real shells, which call a real squall. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FISH, ZSH } from "../../scripts/needs.ts";
import { lackOf } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";
import { openYard, SQUALL, type Yard } from "./squall.ts";

let yard: Yard;
beforeAll(async () => {
  yard = openYard();
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout } = await yard.squall(["completion", shell]);
    expect(code).toBe(0);
    yard.put(`squall.${shell}`, stdout);
  }
  yard.put("a mesh.yaml", "");
  yard.put("about.yaml", "");
  yard.put("bin/squall", `#!/bin/sh\nexec ${process.execPath} ${SQUALL} "$@"\n`);
  spawnSync("chmod", ["+x", join(yard.folder, "bin/squall")]);
  const set = ["context", "set", "prod", "--server", "https://a.example"];
  expect((await yard.squall(set)).code).toBe(0);
});
afterAll(() => yard.remove());

const shell = (name: string, argv: readonly string[]) => {
  const env = { ...process.env, PATH: `${join(yard.folder, "bin")}:${process.env.PATH}`, SQUALL_HOME: yard.home };
  const { status, stdout, stderr } = spawnSync(name, argv, { cwd: yard.folder, encoding: "utf8", env });
  return { status, stderr, lines: stdout.split("\n").filter((line) => line !== "") };
};

/** Completes as bash does when TAB is pressed behind the last word. */
const inBash = (...words: readonly string[]) => {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const script = `source squall.bash; COMP_WORDS=(squall ${quoted}); COMP_CWORD=${words.length}; _squall; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return shell("bash", ["--norc", "-c", script]).lines;
};

describe("bash", () => {
  it("completes commands, and no hidden one", () => {
    expect(inBash("re")).toEqual(["report", "restore"]);
    expect(inBash("comp")).toEqual(["completion"]);
    expect(inBash("context", "")).toEqual(["list", "set", "use", "remove", "help"]);
  });
  it("completes options, and the values of those that have some", () => {
    expect(inBash("run", "--de")).toEqual(["--detach"]);
    expect(inBash("runs", "--verdict", "H")).toEqual(["HELD", "HALTED"]);
    expect(inBash("agents", "-o", "")).toEqual(["table", "wide", "json", "yaml", "name"]);
    expect(inBash("run", "x.yaml", "--seed", "")).toEqual([]);
  });
  it("completes the value of --option=value, taken apart by bash or whole", () => {
    expect(inBash("runs", "--verdict", "=", "H")).toEqual(["HELD", "HALTED"]);
    expect(inBash("runs", "--verdict", "=")).toHaveLength(6);
    expect(inBash("runs", "--verdict=H")).toEqual(["--verdict=HELD", "--verdict=HALTED"]);
    expect(inBash("run", "--mesh", "=", "ab")).toEqual(["about.yaml"]);
    expect(inBash("run", "--context", "=", "p")).toEqual(["prod"]);
    expect(inBash("run", "--mesh", "=", "x.yaml", "--de")).toEqual(["--detach"]);
    expect(inBash("run", "--detach", "=", "")).toEqual([]);
  });
  it("completes fields that explain knows, level by level", () => {
    expect(inBash("explain", "fa").sort()).toEqual(["fault", "faults"]);
    expect(inBash("explain", "fault.")).toEqual(
      expect.arrayContaining(["fault.latency", "fault.abort", "fault.edge", "fault.match", "fault.share"]),
    );
    expect(inBash("explain", "fault.latency.d")).toEqual(["fault.latency.delay", "fault.latency.distribution"]);
    expect(inBash("explain", "service.rea")).toEqual(["service.ready"]);
    expect(inBash("explain", "fault.nothing.")).toEqual([]);
  });
  it("completes names that this machine knows", () => {
    expect(inBash("context", "use", "")).toEqual(["prod", "local"]);
    expect(inBash("halt", "--all", "--context", "p")).toEqual(["prod"]);
    expect(inBash("get", "s")).toEqual(["schedule"]);
  });
  it("completes files, also with a space in their name", () => {
    expect(inBash("run", "a").sort()).toEqual(["a mesh.yaml", "about.yaml"]);
    expect(inBash("run", "--mesh", "ab")).toEqual(["about.yaml"]);
  });
  it("completes nothing after what it does not know, and says nothing", () => {
    writeFileSync(join(yard.home, "contexts.json"), "damaged", { mode: 0o600 });
    expect(inBash("frobnicate", "")).toEqual([]);
    expect(inBash("context", "use", "")).toEqual(["local"]);
  });
});

describe("the scripts of the others", () => {
  needing(it, lackOf(ZSH))("are read by zsh without a complaint", () => {
    expect(shell("zsh", ["-n", "squall.zsh"])).toEqual({ status: 0, stderr: "", lines: [] });
  });
  needing(it, lackOf(FISH))("complete in fish, with what each candidate is", () => {
    const { lines, stderr } = shell("fish", ["-N", "-c", "source squall.fish; complete -C 'squall re'"]);
    expect({ lines, stderr }).toEqual({
      lines: ["report\tshow the report of a run", "restore\tfill an empty database from a backup"],
      stderr: "",
    });
    const files = shell("fish", ["-N", "-c", "source squall.fish; complete -C 'squall run ab'"]).lines;
    expect(files.join("\n")).toContain("about.yaml");
  });
});
