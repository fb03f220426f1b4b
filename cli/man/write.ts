/** Writes the build's output from the command declarations: manual pages, and the shape that completion reads. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { shapeOf } from "../completion/shape.ts";
import { openLauncher } from "../launcher.ts";
import { openOutput } from "../output.ts";
import { openProgram } from "../program.ts";
import { readVersion } from "../version.ts";
import { manPages } from "./pages.ts";

const declared = (version: string) => {
  const nowhere = { cwd: "", home: "", readStdin: async () => "" };
  const launcher = openLauncher({}, systemClock);
  return openProgram(
    { ...nowhere, environment: {}, output: openOutput({}), clock: systemClock, launcher, version },
    () => {},
  );
};

/** Writes a folder as MANPATH expects. */
export const writeManPages = (folder: string): void => {
  const version = readVersion();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "man1"), { recursive: true });
  for (const [name, text] of manPages(declared(version), version)) writeFileSync(join(folder, "man1", name), text);
};

export const writeShape = (file: string): void => {
  writeFileSync(file, JSON.stringify(shapeOf(declared(readVersion()))));
};
