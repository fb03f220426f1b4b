/** A node of the tests' Kubernetes: pods, Services, components that end and come back, and a host that sees none of it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, startCluster, stopCluster } from "../../scripts/cluster/cluster.ts";
import { type ClusterStatus, control } from "../../scripts/cluster/control.ts";
import { enterCommand } from "../../scripts/cluster/enter.ts";
import { needing } from "../needing.ts";
import { until } from "../waiting.ts";
import { type Kubectl, kubectlOf } from "./kubectl.ts";
import { lackOfPods } from "./requirements.ts";
import { tracesOf } from "./traces.ts";
import { askFrom, webDeployment, webService } from "./workload.ts";

const SERVICE = "10.96.0.50";
/** Settings of the whole machine that a kubelet or kube-proxy may write. */
const SETTINGS = [
  ...["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"],
  ...["kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes", "net/ipv4/ip_forward", "kernel/hostname"],
];
/** Folders in which the programs of a node make folders of their own. */
const FOLDERS = [
  "/",
  "/etc",
  "/mnt",
  "/opt",
  "/run",
  "/srv",
  "/usr/libexec",
  "/usr/local",
  "/var",
  "/var/lib",
  "/var/log",
];
const foldersNow = () =>
  FOLDERS.flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []));
const hostNow = () => SETTINGS.map((key) => `${key} ${readFileSync(`/proc/sys/${key}`, "utf8").trim()}`);

const bodyAt = (port: number): Promise<string> =>
  new Promise((done, fail) => {
    get({ port, path: "/index.html", agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => done(text.trim()));
    }).on("error", fail);
  });

needing(describe, lackOfPods)("a node of the tests' Kubernetes", () => {
  let before: readonly string[];
  let foldersBefore: readonly string[];
  let cluster: Cluster;
  let kubectl: Kubectl;
  const enter = (...command: readonly string[]) => {
    const [program, ...argv] = enterCommand(cluster.state, command);
    return spawnSync(program, argv, { encoding: "utf8" }).stdout;
  };
  const statusOf = (what = "status") => control(cluster.state, what === "status" ? "GET" : "POST", `/${what}`);
  beforeAll(async () => {
    before = hostNow();
    foldersBefore = foldersNow();
    cluster = await startCluster({ name: "node", outlives: false });
    kubectl = kubectlOf(cluster.kubectl);
    kubectl.apply(webDeployment("web", "hello"), webService("web", SERVICE));
    kubectl("rollout", "status", "deployment/web", "--timeout=60s");
  }, 180_000);
  afterAll(async () => {
    await stopCluster("node");
    expect(tracesOf(cluster.state)).toEqual([]);
  });

  it("is Ready, of the release that go.mod names, and has images of its own", () => {
    expect(kubectl("get", "node", "node", "-o", "jsonpath={.status.nodeInfo.kubeletVersion}")).toBe("v1.34.4");
    expect(kubectl("wait", "--for=condition=Ready", "node/node", "--timeout=10s")).toContain("condition met");
  });
  it("runs pods with a native sidecar and host aliases behind a Service, for the node, for pods and for themselves", async () => {
    const exec = (...command: readonly string[]) => kubectl("exec", "deployment/web", "-c", "web", "--", ...command);
    expect(exec("grep", "payments", "/etc/hosts")).toMatch(/^127\.7\.0\.1\s+payments$/);
    // kube-proxy writes a Service's rules some moments after the endpoints are ready.
    await until("the Service answers", () => exec(...askFrom(SERVICE)).trim() === "hello");
    expect(enter("sh", "-c", `exec 3<>/dev/null; curl -s --max-time 5 http://${SERVICE}/index.html`)).toBe("hello\n");
    // A pod that reaches itself through the Service needs the bridge's hairpin mode; two replicas: every second call.
    for (let i = 0; i < 4; i++) expect(exec(...askFrom(SERVICE))).toBe("hello");
    expect(exec("sh", "-c", "echo | nc -w 2 10.96.0.1 443 && echo the API is reached")).toBe("the API is reached");
    const resolved = exec("nslookup", "web.default.svc.cluster.local");
    expect(resolved).toContain(`Address: ${SERVICE}`);
    expect(kubectl("logs", "deployment/web", "-c", "web")).toContain("serving hello");
  });
  it("forwards a port of a pod to the host's loopback", async () => {
    const [program, ...argv] = [...cluster.kubectl, "port-forward", "deployment/web", ":8080"];
    const forward: ChildProcess = spawn(program!, argv, { stdio: ["ignore", "pipe", "inherit"] });
    try {
      let output = "";
      forward.stdout!.on("data", (chunk) => {
        output += chunk;
      });
      await until("kubectl forwards", () => /127\.0\.0\.1:\d+/.test(output));
      expect(await bodyAt(Number(/127\.0\.0\.1:(\d+)/.exec(output)![1]))).toBe("hello");
    } finally {
      forward.kill();
    }
  });
  it("rolls a Deployment out, and replaces a deleted pod", async () => {
    const podOf = () => kubectl("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}");
    kubectl.apply(webDeployment("web", "changed"));
    kubectl("rollout", "status", "deployment/web", "--timeout=60s");
    // A pod of the former version leaves kube-proxy's rules some moments after the rollout: of two pods, every second call.
    const ask = () => enter("curl", "-s", "--max-time", "5", `http://${SERVICE}/index.html`);
    await until("the new version alone answers", () =>
      Array.from({ length: 6 }, ask).every((word) => word === "changed\n"),
    );
    const gone = podOf();
    kubectl("delete", "pod", gone);
    kubectl("rollout", "status", "deployment/web", "--timeout=60s");
    expect(kubectl("get", "pods", "-o", "name")).not.toContain(gone);
  });
  it("restarts a component that is killed; pods serve on while the API server is away", async () => {
    const restartsOf = async (name: string) => (await statusOf()).components[name]!.restarts;
    const signal = (name: string, action: string): Promise<ClusterStatus> => statusOf(`components/${name}/${action}`);
    await signal("kubelet", "signal?signal=SIGKILL");
    await until("the kubelet is back", async () => (await restartsOf("kubelet")) === 1);

    await signal("kube-apiserver", "stop?signal=SIGKILL");
    expect(() => kubectl("get", "pods", "--request-timeout=2s")).toThrow(/refused|reset|EOF|timeout|timed out/);
    expect(enter("curl", "-s", "--max-time", "5", `http://${SERVICE}/index.html`)).toBe("changed\n");
    await signal("kube-apiserver", "start");
    await until(
      "the API answers",
      () => {
        try {
          return kubectl("get", "--raw", "/readyz") === "ok";
        } catch {
          return false;
        }
      },
      30_000,
    );
    const podsNow = () => kubectl("get", "pods", "-l", "app=web", "-o", "name").split("\n").length;
    await until("the Deployment has its two pods", () => podsNow() === 2, 30_000);
    expect((await statusOf()).components.containerd!.restarts).toBe(0);
  });
  it("changes no setting, link, mount or folder of the host", () => {
    expect(hostNow()).toEqual(before);
    expect(foldersNow()).toEqual(foldersBefore);
    const kinds = new Set(tracesOf(cluster.state).map((line) => line.split(" ")[0]));
    expect([...kinds].sort()).toEqual(["folder", "group", "process"]);
  });
  it("takes an image archive", async () => {
    const archive = join(cluster.state, "images", "busybox.tar");
    expect(await control(cluster.state, "POST", `/images?archive=${archive}`)).toEqual({});
    const missing = join(mkdtempSync(join(tmpdir(), "none-")), "none.tar");
    await expect(control(cluster.state, "POST", `/images?archive=${missing}`)).rejects.toThrow("no such file");
  });
});
