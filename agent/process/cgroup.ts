/**
 * Cgroups (cgroups(7)) as the kernel's files describe them, v1, v2 and both at once: the folder that holds this
 * process's CPU limit, the limit's size, and the time for which the limit kept the process from running. Pure:
 * `cpu-limit.ts` reads the files.
 */

/** Folder of a cgroup, in the layout of the cgroup version. */
export interface CpuFolder {
  readonly version: 1 | 2;
  readonly path: string;
}
interface Mount {
  readonly version: 1 | 2;
  /** Controllers of a v1 hierarchy; empty for v2. */
  readonly controllers: readonly string[];
  /** Cgroup at the top of the mount. */
  readonly root: string;
  readonly point: string;
}

/** Decodes mountinfo, where spaces, tabs, line ends and backslashes stand as three octal digits. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Parses a line of proc_pid_mountinfo(5); null: no mount of a cgroup hierarchy. */
const mountIn = (line: string): Mount | null => {
  const [before = "", after = ""] = line.split(" - ");
  const [, , , root = "", point = ""] = before.split(" ");
  const [type = "", , options = ""] = after.split(" ");
  if (type !== "cgroup" && type !== "cgroup2") return null;
  const place = { root: unescaped(root), point: unescaped(point) };
  return { version: type === "cgroup" ? 1 : 2, controllers: type === "cgroup" ? options.split(",") : [], ...place };
};

const parentsOf = (path: string): readonly string[] => {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((_, i) => parts.slice(0, parts.length - i).join("/"));
};
/**
 * Folders of this process's cgroup and of the parents, as far as the mount shows them. In a container
 * `/proc/self/cgroup` may name the cgroup from outside, while the mount shows the inside: then the top of the mount is
 * the process's cgroup.
 */
const foldersOf = ({ version, root, point }: Mount, cgroup: string): readonly CpuFolder[] => {
  const top = root === "/" ? "" : root;
  const isInside = cgroup === root || cgroup.startsWith(`${top}/`);
  const below = isInside && !cgroup.split("/").includes("..") ? cgroup.slice(top.length) : "";
  return [...parentsOf(below).map((path) => `${point}/${path}`), point].map((path) => ({ version, path }));
};

/**
 * Folders in which a CPU limit of the process may stand, the own cgroup's first, then the parents'. `cgroup`: text of
 * `/proc/self/cgroup`; `mountinfo`: text of `/proc/self/mountinfo`. A v1 hierarchy with the controller `cpu` goes
 * before v2, which has that controller only where no v1 hierarchy does.
 */
export const cpuFolders = (cgroup: string, mountinfo: string): readonly CpuFolder[] => {
  const mounts = mountinfo.split("\n").flatMap((line) => mountIn(line) ?? []);
  const memberships = cgroup.split("\n").flatMap((line) => {
    const [, id, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    return path === undefined
      ? []
      : [{ isV2: id === "0" && controllers === "", controllers: controllers!.split(","), path }];
  });
  const v1 = memberships.find(({ controllers }) => controllers.includes("cpu"));
  const v2 = memberships.find(({ isV2 }) => isV2);
  return [
    ...(v1 === undefined
      ? []
      : mounts
          .filter(({ version, controllers }) => version === 1 && controllers.includes("cpu"))
          .slice(0, 1)
          .flatMap((mount) => foldersOf(mount, v1.path))),
    ...(v2 === undefined
      ? []
      : mounts
          .filter(({ version }) => version === 2)
          .slice(0, 1)
          .flatMap((mount) => foldersOf(mount, v2.path))),
  ];
};

/** Files that hold the limit. */
export const LIMIT_FILES: { readonly [V in CpuFolder["version"]]: readonly string[] } = {
  1: ["cpu.cfs_quota_us", "cpu.cfs_period_us"],
  2: ["cpu.max"],
};
/** CPUs that a cgroup may use, from the texts of `LIMIT_FILES`, null where a file is missing; null: no limit. */
export const limitIn = (texts: readonly (string | null)[]): number | null => {
  if (texts.includes(null)) return null;
  const [quota, period] = texts.join(" ").trim().split(/\s+/).map(Number);
  // "max" in v2 and -1 in v1: no limit.
  return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? quota / period : null;
};

/** Time for which a limit has kept a cgroup's threads from running, ms, from `cpu.stat`; null: not in the text. */
export const throttledMsIn = (stat: string): number | null => {
  const [, usec] = /^throttled_usec (\d+)$/m.exec(stat) ?? [];
  if (usec !== undefined) return Number(usec) / 1_000;
  const [, nsec] = /^throttled_time (\d+)$/m.exec(stat) ?? [];
  return nsec === undefined ? null : Number(nsec) / 1_000_000;
};
