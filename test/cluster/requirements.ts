/** Kubernetes for tests: built here if missing, before the first test of a cluster and after all other tests. */
import { ensureCluster, lackOfControlPlane, lackOfNode } from "../../scripts/cluster/requirements.ts";

ensureCluster();
/** Reasons why tests that need an API server, or a node with pods, are left out; null: none. */
export const lackOfApi = lackOfControlPlane();
export const lackOfPods = lackOfNode();
