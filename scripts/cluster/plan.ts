/** Plan of a cluster: the input of the supervisor, written into the cluster's folder by the command that starts it. */
import type { Layout } from "./layout.ts";
import type { Credentials } from "./pki.ts";

export interface Plan {
  readonly layout: Layout;
  /** Archives that are imported before the node is ready. */
  readonly images: readonly string[];
  /** The administrator's, by the address on the host. */
  readonly credentials: Credentials;
}
