/**
 * Kubernetes for tests: built here if missing, since the build goes on beside the tests of other folders (`npm test`)
 * and the tests of this folder come last.
 */
import { ensureCluster, lackOfControlPlane, lackOfNode } from "../../scripts/cluster/requirements.ts";

ensureCluster();
/** Reasons why tests that need an API server, or a node with pods, are left out; null: none. */
export const lackOfApi = lackOfControlPlane();
export const lackOfPods = lackOfNode();
