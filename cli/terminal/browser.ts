/**
 * Opens a page in the user's browser. A failure is ignored: the link was printed, and the command does not wait for a
 * browser.
 */
import { spawn } from "node:child_process";
import type { Context } from "../context.ts";

type Argv = readonly [command: string, ...rest: readonly string[]];

/**
 * $BROWSER as other programs read the variable: the first of a list, with `%s` for the page's place, else at the end.
 */
const chosen = (url: string, platform: NodeJS.Platform, browser: string): Argv | null => {
  const [first = ""] = browser.split(platform === "win32" ? ";" : ":");
  const words = first.split(/\s+/).filter((word) => word !== "");
  const [command, ...rest] = words.some((word) => word.includes("%s"))
    ? words.map((word) => word.replaceAll("%s", url))
    : [...words, url];
  return words.length === 0 ? null : [command!, ...rest];
};
/** null: there is no display to show the page on. */
export const browserOf = (
  url: string,
  { platform, environment }: { readonly platform: NodeJS.Platform; readonly environment: NodeJS.ProcessEnv },
): Argv | null => {
  const own = chosen(url, platform, environment.BROWSER ?? "");
  if (own !== null) return own;
  if (platform === "darwin") return ["open", url];
  if (platform === "win32") return ["cmd", "/c", "start", "", url];
  return environment.DISPLAY || environment.WAYLAND_DISPLAY ? ["xdg-open", url] : null;
};

export const openBrowser = ({ environment, output }: Context, url: string): void => {
  if (!output.attended) return;
  const argv = browserOf(url, { platform: process.platform, environment });
  if (argv === null) return;
  const [command, ...rest] = argv;
  // The browser runs in a separate process group: the Ctrl-C that ends a mesh ends no browser.
  const child = spawn(command, rest, { env: environment, detached: true, stdio: "ignore" });
  child.on("error", () => {});
  child.unref();
};
