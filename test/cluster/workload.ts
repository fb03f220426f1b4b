/** Objects of a small workload: a web server that answers with a word, and a Service before it. */
import { BUSYBOX_IMAGE } from "../../scripts/cluster/images.ts";

const shell = (script: string): readonly string[] => ["sh", "-c", script];
const PORT = 8_080;
const READY = { httpGet: { path: "/index.html", port: PORT }, periodSeconds: 1 };
const webServer = (word: string) => ({
  name: "web",
  image: BUSYBOX_IMAGE,
  command: shell(`echo ${word} > /tmp/index.html; echo serving ${word}; exec httpd -f -p ${PORT} -h /tmp`),
  readinessProbe: READY,
});
/** A native sidecar: an init container that goes on, and is up before the containers are. */
const SIDECAR = {
  name: "sidecar",
  image: BUSYBOX_IMAGE,
  restartPolicy: "Always",
  command: shell("touch /tmp/up; exec sleep 100000"),
  startupProbe: { exec: { command: ["ls", "/tmp/up"] }, periodSeconds: 1 },
};
export const webDeployment = (name: string, word: string, replicas = 2) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        terminationGracePeriodSeconds: 1,
        hostAliases: [{ ip: "127.7.0.1", hostnames: ["payments"] }],
        initContainers: [SIDECAR],
        containers: [webServer(word)],
      },
    },
  },
});
export const webService = (name: string, clusterIP: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { clusterIP, selector: { app: name }, ports: [{ port: 80, targetPort: PORT }] },
});
/** Command that asks a web server of a Service once, in a container of BusyBox. */
export const askFrom = (address: string): readonly string[] =>
  shell(`printf 'GET /index.html HTTP/1.0\\r\\n\\r\\n' | nc -w 2 ${address} 80 | tail -1`);
