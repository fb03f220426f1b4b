/** Where the proxies are that the recipes of docs/proxies.md are tried with; and how to get them. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export const PROXIES = ["nginx", "haproxy"] as const;
/** Debian keeps both out of an ordinary user's PATH. */
const FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/** The program; null: it is not installed. */
export const findProxy = (name: string): string | null =>
  [...FOLDERS, ...(process.env.PATH ?? "").split(delimiter)]
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file)) ?? null;

/** Installs Debian's packages as root. Answers in words which of `names` are there: their tests are left out otherwise. */
export const ensureProxies = (names: readonly string[] = PROXIES): string => {
  const missing = () => names.filter((name) => findProxy(name) === null);
  if (missing().length > 0 && process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
    const install = ["install", "-y", "-qq", "--no-install-recommends", ...missing()];
    spawnSync("apt-get", install, { stdio: "inherit", env });
  }
  const left = missing();
  if (left.length === 0) return names.map((name) => findProxy(name)).join(", ");
  return `${left.join(" and ")} could not be installed: what needs them is left out (Debian and Ubuntu: \`apt-get install ${left.join(" ")}\`)`;
};
