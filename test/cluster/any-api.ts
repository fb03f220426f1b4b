/**
 * API of Kubernetes for tests that need no pods: of the cluster that SQUALL_TEST_KUBECONFIG names, in a namespace of the
 * test's own; of the programs in KUBEBUILDER_ASSETS; or of our build. `environment.ts` renames the first variable.
 */
import { randomBytes } from "node:crypto";
import { startCluster, stopCluster } from "../../scripts/cluster/cluster.ts";
import { KUBE } from "../../scripts/cluster/kube.ts";
import { findProgram } from "../../scripts/programs.ts";
import { type Kubectl, kubectlOf } from "./kubectl.ts";
import { lackOfApi } from "./requirements.ts";

const given = (): string | undefined => process.env.TEST_KUBECONFIG || undefined;
/** kubectl of our build, or of the PATH. */
const givenKubectl = (): readonly string[] | null => {
  const [kube, installed] = [KUBE.find(), findProgram("kubectl")];
  if (kube !== null) return [kube, "kubectl"];
  return installed === null ? null : [installed];
};
/** Reason why there is no API to be had; null: `openAnyApi` has one. */
export const lackOfAnyApi = (): string | null => {
  if (given() === undefined) return lackOfApi;
  return givenKubectl() === null ? "needs kubectl in the PATH, for the cluster of SQUALL_TEST_KUBECONFIG" : null;
};

export interface AnyApi {
  readonly kubeconfig: string;
  /** In the namespace of the test. */
  readonly kubectl: Kubectl;
  readonly namespace: string;
  /** Removes the namespace, or ends the API that was started for the test. */
  close(): Promise<void>;
}
/** `name`: of the cluster to start, and the first part of the namespace's name. */
export const openAnyApi = async (name: string): Promise<AnyApi> => {
  const kubeconfig = given();
  const namespace = `${name}-${randomBytes(4).toString("hex")}`;
  const use = (file: string, command: readonly string[], close: (kubectl: Kubectl) => Promise<void>): AnyApi => {
    const all = kubectlOf(command);
    all("create", "namespace", namespace);
    const kubectl = kubectlOf([...command, "--namespace", namespace]);
    return { kubeconfig: file, kubectl, namespace, close: () => close(all) };
  };
  if (kubeconfig !== undefined)
    return use(kubeconfig, [...givenKubectl()!, "--kubeconfig", kubeconfig], async (kubectl) => {
      kubectl("delete", "namespace", namespace, "--wait=false");
    });
  const cluster = await startCluster({ name, isApiOnly: true, outlives: false });
  return use(cluster.kubeconfig, cluster.kubectl, () => stopCluster(name));
};
