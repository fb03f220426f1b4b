/** An API of Kubernetes without a node: from our build, or from the folder that KUBEBUILDER_ASSETS names. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type Cluster, startCluster, stopCluster } from "../../scripts/cluster/cluster.ts";
import { control } from "../../scripts/cluster/control.ts";
import { KUBE } from "../../scripts/cluster/kube.ts";
import { lackOfControlPlane } from "../../scripts/cluster/requirements.ts";
import { findProgram } from "../../scripts/programs.ts";
import { needing } from "../needing.ts";
import { until } from "../waiting.ts";
import { lackOfAnyApi, openAnyApi } from "./any-api.ts";
import { kubectlOf } from "./kubectl.ts";
import { lackOfApi } from "./requirements.ts";
import { tracesOf } from "./traces.ts";
import { webDeployment } from "./workload.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "assets-"));
const before = process.env.KUBEBUILDER_ASSETS;
const setAssets = (value: string | undefined) => {
  if (value === undefined) delete process.env.KUBEBUILDER_ASSETS;
  else process.env.KUBEBUILDER_ASSETS = value;
};
afterEach(() => setAssets(before));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Folder in envtest's form, of our program under the names of the others. */
const assetsWith = (name: string, ...programs: readonly string[]): string => {
  const assets = join(folder, name);
  mkdirSync(assets);
  for (const program of programs) symlinkSync(KUBE.find()!, join(assets, program));
  return assets;
};
const api = async (name: string, use: (cluster: Cluster) => Promise<void>) => {
  const cluster = await startCluster({ name, isApiOnly: true, outlives: false });
  try {
    await use(cluster);
  } finally {
    await stopCluster(name);
  }
  expect(tracesOf(cluster.state)).toEqual([]);
};

/** Without its module proxy a Go builds nothing. In CI that is an error, as every missing program is. */
const lackOfBuild = (): string | null => {
  if (findProgram("go") === null) return "needs Go, to build Kubernetes from its modules";
  return process.env.CI === "true" || KUBE.find() !== null ? null : "the Go modules of Kubernetes could not be had";
};
needing(describe, lackOfBuild())("Kubernetes", () => {
  it("is built from its Go modules where there is a Go", () => {
    expect(KUBE.find()).not.toBeNull();
  });
});
needing(describe, lackOfAnyApi())("an API for tests, from any source", () => {
  const makesPods = async (name: string) => {
    const { kubectl, close } = await openAnyApi(name);
    try {
      kubectl.apply(webDeployment("web", "hello"));
      const made = () => kubectl("get", "pods", "-l", "app=web", "-o", "name").split("\n");
      await until("the ReplicaSet has made two pods", () => made().length === 2, 30_000);
    } finally {
      await close();
    }
  };
  it("has controllers, which make pods", { timeout: 120_000 }, () => makesPods("any"));
  it("is that of the kubeconfig in SQUALL_TEST_KUBECONFIG, in a namespace that goes away again", {
    timeout: 120_000,
  }, async () => {
    const kept = process.env.TEST_KUBECONFIG;
    await api("given", async ({ kubeconfig, kubectl }) => {
      process.env.TEST_KUBECONFIG = kubeconfig;
      try {
        await makesPods("mine");
      } finally {
        if (kept === undefined) delete process.env.TEST_KUBECONFIG;
        else process.env.TEST_KUBECONFIG = kept;
      }
      await until("the namespace is gone", () => !kubectlOf(kubectl)("get", "namespaces").includes("mine-"), 30_000);
    });
  });
});
needing(describe, lackOfApi)("an API of Kubernetes without a node", () => {
  it("is had from KUBEBUILDER_ASSETS, with the programs of that folder alone", { timeout: 120_000 }, async () => {
    setAssets(assetsWith("envtest", "etcd", "kube-apiserver", "kubectl"));
    await api("assets", async ({ state, kubectl: command }) => {
      expect(Object.keys((await control(state, "GET", "/status")).components)).toEqual(["etcd", "kube-apiserver"]);
      const kubectl = kubectlOf(command);
      expect(command[0]).toBe(join(folder, "envtest/kubectl"));
      expect(kubectl("create", "configmap", "one", "--from-literal=a=b")).toBe("configmap/one created");
    });
  });
  it("is left out, with the missing program, where KUBEBUILDER_ASSETS is incomplete", async () => {
    setAssets(assetsWith("incomplete", "etcd", "kubectl"));
    expect(lackOfControlPlane()).toBe("no kube-apiserver in KUBEBUILDER_ASSETS");
    await expect(startCluster({ name: "none", isApiOnly: true, outlives: false })).rejects.toThrow(
      "no kube-apiserver in KUBEBUILDER_ASSETS",
    );
  });
  it("tells why a start failed, with the end of the component's log, and leaves nothing", async () => {
    const assets = assetsWith("broken", "kube-apiserver", "kubectl");
    symlinkSync("/bin/false", join(assets, "etcd"));
    setAssets(assets);
    await expect(startCluster({ name: "broken", isApiOnly: true, outlives: false })).rejects.toThrow(
      /^etcd ended with 1; its log ends with:/,
    );
    expect(
      spawnSync("ls", [join(tmpdir(), `squall-clusters-${process.getuid?.()}`)], { encoding: "utf8" }).stdout,
    ).not.toContain("broken");
  });
  it("is refused under a name that is taken, and can be stopped and listed by the command", {
    timeout: 120_000,
  }, async () => {
    const cluster = (...words: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "cluster", "--", ...words], {
        cwd: ROOT,
        encoding: "utf8",
      });
      return { status, text: `${stdout}${stderr}`.trim() };
    };
    await api("taken", async ({ kubeconfig }) => {
      expect(cluster("up", "--api-only", "--name", "taken")).toEqual({
        status: 1,
        text: 'a cluster "taken" is there already; `npm run cluster -- down --name taken` ends that cluster',
      });
      expect(cluster("list").text.split("\n")).toContain("taken");
      expect(cluster("kubectl", "--name", "taken", "config", "view", "-o", "jsonpath={.current-context}").text).toBe(
        "squall",
      );
      expect(cluster("status", "--name", "taken").text).toMatch(/^ready\n {2}etcd +runs\n/);
      expect(kubeconfig).toMatch(/squall-clusters-\d+\/taken\/kubeconfig$/);
      expect(cluster("enter", "--name", "taken", "true")).toEqual({
        status: 1,
        text: "the cluster has no node to enter: it is down, or was started with --api-only",
      });
      expect(cluster("stop", "kube-scheduler", "--name", "taken").text).toMatch(/kube-scheduler +stopped/);
      expect(cluster("stop", "scheduler", "--name", "taken").text).toMatch(/^no POST .*; the components are etcd, /);
    });
    expect(cluster("status", "--name", "taken")).toEqual({
      status: 1,
      text: 'no cluster "taken" is up; `npm run cluster -- up --name taken` starts one',
    });
  });
});
