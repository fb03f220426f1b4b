/**
 * Environment of a run of the tests, as vitest's global setup. NODE_EXTRA_CA_CERTS makes each start of Node 20 parse
 * the machine's certificates, 55 ms of CPU: a run of the tests starts some thousand processes, and none but npm
 * (`scripts/nodes.mjs`) asks a server outside the machine. A server refuses settings that it does not know, such as
 * SQUALL_TEST_KUBECONFIG. Both variables go on under another name.
 */
const NAMES = { NODE_EXTRA_CA_CERTS: "TEST_EXTRA_CA_CERTS", SQUALL_TEST_KUBECONFIG: "TEST_KUBECONFIG" };
export default function setup() {
  for (const [name, kept] of Object.entries(NAMES)) {
    const { [name]: value } = process.env;
    if (value === undefined) continue;
    delete process.env[name];
    process.env[kept] = value;
  }
}
