/**
 * Environment of a run of the tests, as vitest's global setup. NODE_EXTRA_CA_CERTS makes each start of Node 20 parse
 * the machine's certificates, 55 ms of CPU: a run of the tests starts some thousand processes, and none but npm
 * (`scripts/nodes.mjs`) asks a server outside the machine.
 */
export default function setup() {
  const { NODE_EXTRA_CA_CERTS: certificates } = process.env;
  if (certificates === undefined) return;
  delete process.env.NODE_EXTRA_CA_CERTS;
  process.env.TEST_EXTRA_CA_CERTS = certificates;
}
