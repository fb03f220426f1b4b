/** Writes the manual pages into a folder as MANPATH has them. Called by the build. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { openOutput } from "../output.ts";
import { openProgram } from "../program.ts";
import { openLauncher } from "../session/launcher.ts";
import { readVersion } from "../version.ts";
import { manPages } from "./pages.ts";

export const writeManPages = (folder: string): void => {
  const version = readVersion();
  const nowhere = { cwd: "", home: "", readStdin: async () => "" };
  const launcher = openLauncher({}, systemClock);
  const program = openProgram(
    { ...nowhere, environment: {}, output: openOutput({}), clock: systemClock, launcher, version },
    () => {},
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "man1"), { recursive: true });
  for (const [name, text] of manPages(program, version)) writeFileSync(join(folder, "man1", name), text);
};
