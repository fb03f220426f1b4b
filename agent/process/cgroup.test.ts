import { describe, expect, it } from "vitest";
import { cpuFolders, limitIn, throttledMsIn } from "./cgroup.ts";
import { readCpuLimit } from "./cpu-limit.ts";

/** Debian 12, a service of systemd. */
const V2 = {
  cgroup: "0::/system.slice/squall-agent.service\n",
  mountinfo: `22 28 0:20 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
29 22 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
`,
};
/** Kubernetes on v2: the container has a cgroup namespace, and sees the container's cgroup as the root. */
const V2_NAMESPACED = {
  cgroup: "0::/\n",
  mountinfo:
    "1386 1379 0:28 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate,memory_recursiveprot\n",
};
/** Docker on v2 with `--cgroupns host`: the path is the host's, and so is the mount. */
const V2_HOST = {
  cgroup: "0::/system.slice/docker-3f2c.scope\n",
  mountinfo: "1386 1379 0:28 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw\n",
};
/** Ubuntu 18.04: each v1 hierarchy has a mount, and v2 stands beside them without a controller. */
const HYBRID = {
  cgroup: `12:cpuset:/
11:memory:/user.slice
4:cpu,cpuacct:/user.slice/web
1:name=systemd:/user.slice/user-0.slice/session-1.scope
0::/user.slice/user-0.slice/session-1.scope
`,
  mountinfo: `30 23 0:26 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755
31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup rw,nsdelegate
32 30 0:28 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,name=systemd
36 30 0:32 / /sys/fs/cgroup/cpuset rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,cpuset
37 30 0:33 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,cpu,cpuacct
`,
};
/** Docker on v1: the path is the host's, and the mount shows the container's cgroup at the top. */
const V1_CONTAINER = {
  cgroup: `5:memory:/docker/9f1e
4:cpu,cpuacct:/docker/9f1e
1:name=systemd:/docker/9f1e
`,
  mountinfo: `1222 1215 0:30 /docker/9f1e /sys/fs/cgroup/cpu,cpuacct ro,nosuid,nodev,noexec,relatime master:17 - cgroup cgroup rw,cpu,cpuacct
1223 1215 0:31 /docker/9f1e /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:18 - cgroup cgroup rw,memory
`,
};
/** Kubernetes on v1 with cgroup namespaces: the process may stand above the part that the namespace shows. */
const V1_NAMESPACED = { ...V1_CONTAINER, cgroup: "4:cpu,cpuacct:/../..\n" };

const pathsIn = ({ cgroup, mountinfo }: { cgroup: string; mountinfo: string }) =>
  cpuFolders(cgroup, mountinfo).map(({ version, path }) => `v${version} ${path}`);

describe("the cgroup of a CPU limit", () => {
  it("on v2 is the process's own, then its parents", () => {
    expect(pathsIn(V2)).toEqual([
      "v2 /sys/fs/cgroup/system.slice/squall-agent.service",
      "v2 /sys/fs/cgroup/system.slice",
      "v2 /sys/fs/cgroup",
    ]);
    expect(pathsIn(V2_HOST)).toContain("v2 /sys/fs/cgroup/system.slice/docker-3f2c.scope");
  });
  it("in a container with a namespace is the top of the mount", () => {
    expect(pathsIn(V2_NAMESPACED)).toEqual(["v2 /sys/fs/cgroup"]);
    expect(pathsIn(V1_NAMESPACED)).toEqual(["v1 /sys/fs/cgroup/cpu,cpuacct"]);
  });
  it("on v1 is that of the controller `cpu`, below what the mount shows", () => {
    expect(pathsIn(V1_CONTAINER)).toEqual(["v1 /sys/fs/cgroup/cpu,cpuacct"]);
  });
  it("on both at once is v1's before v2's", () => {
    expect(pathsIn(HYBRID)).toEqual([
      "v1 /sys/fs/cgroup/cpu,cpuacct/user.slice/web",
      "v1 /sys/fs/cgroup/cpu,cpuacct/user.slice",
      "v1 /sys/fs/cgroup/cpu,cpuacct",
      "v2 /sys/fs/cgroup/unified/user.slice/user-0.slice/session-1.scope",
      "v2 /sys/fs/cgroup/unified/user.slice/user-0.slice",
      "v2 /sys/fs/cgroup/unified/user.slice",
      "v2 /sys/fs/cgroup/unified",
    ]);
  });
  it("has a mount point with a space in it", () => {
    const mountinfo = "29 22 0:26 / /mnt/my\\040groups rw,relatime shared:9 - cgroup2 cgroup2 rw\n";
    expect(pathsIn({ cgroup: "0::/\n", mountinfo })).toEqual(["v2 /mnt/my groups"]);
  });
  it("is nowhere on a system without cgroups", () => {
    expect(pathsIn({ cgroup: "", mountinfo: "" })).toEqual([]);
    expect(pathsIn({ ...V2, mountinfo: "" })).toEqual([]);
  });
});

describe("a CPU limit", () => {
  it("is quota by period, in either version", () => {
    expect(limitIn(["5000\n", "100000\n"])).toBe(0.05);
    expect(limitIn(["5000 100000\n"])).toBe(0.05);
    expect(limitIn(["150000 100000\n"])).toBe(1.5);
  });
  it("is none where the kernel says so, or says nothing", () => {
    for (const texts of [["-1\n", "100000\n"], ["max 100000\n"], [null], ["5000\n", null], ["\n"]])
      expect(limitIn(texts), String(texts)).toBe(null);
  });
  it("tells for how long it kept the process from running, in ms", () => {
    const v1 = "nr_periods 51\nnr_throttled 48\nthrottled_time 4700123456\nnr_bursts 0\nburst_time 0\n";
    const v2 =
      "usage_usec 4410\nuser_usec 3000\nsystem_usec 1410\nnr_periods 51\nnr_throttled 48\nthrottled_usec 4700123\n";
    expect([throttledMsIn(v1), throttledMsIn(v2)]).toEqual([4_700.123456, 4_700.123]);
    // The controller `cpu` is elsewhere: v2 counts only the used CPU time.
    expect(throttledMsIn("usage_usec 4410\nuser_usec 3000\nsystem_usec 1410\n")).toBe(null);
  });
});

const reading = (files: Readonly<Record<string, string>>) =>
  readCpuLimit((file) => (Object.hasOwn(files, file) ? files[file]! : null));
const processOf = ({ cgroup, mountinfo }: { cgroup: string; mountinfo: string }) => ({
  "/proc/self/cgroup": cgroup,
  "/proc/self/mountinfo": mountinfo,
});

describe("reading a CPU limit", () => {
  it("on v1 finds quota, period and throttled time", () => {
    const limit = reading({
      ...processOf(V1_CONTAINER),
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "5000\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.stat": "nr_periods 1\nnr_throttled 1\nthrottled_time 95000000\n",
    });
    expect([limit.cpus, limit.throttledMs()]).toEqual([0.05, 95]);
  });
  it("takes the lowest of those that stand above each other, and its throttled time", () => {
    const folder = "/sys/fs/cgroup/system.slice";
    const limit = reading({
      ...processOf(V2),
      [`${folder}/squall-agent.service/cpu.max`]: "max 100000\n",
      [`${folder}/squall-agent.service/cpu.stat`]: "throttled_usec 0\n",
      [`${folder}/cpu.max`]: "20000 100000\n",
      [`${folder}/cpu.stat`]: "throttled_usec 80000\n",
    });
    expect([limit.cpus, limit.throttledMs()]).toEqual([0.2, 80]);
  });
  it("in a hybrid without a limit reads v1's counts", () => {
    const limit = reading({
      ...processOf(HYBRID),
      "/sys/fs/cgroup/cpu,cpuacct/user.slice/web/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu,cpuacct/user.slice/web/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/cpu,cpuacct/user.slice/web/cpu.stat": "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n",
      "/sys/fs/cgroup/unified/cpu.stat": "usage_usec 1\n",
    });
    expect([limit.cpus, limit.throttledMs()]).toEqual([null, 0]);
  });
  it("finds nothing where there is nothing to read", () => {
    const limit = reading({});
    expect([limit.cpus, limit.throttledMs()]).toEqual([null, null]);
  });
});
