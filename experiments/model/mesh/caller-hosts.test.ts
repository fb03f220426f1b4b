import { expect, it } from "vitest";
import { parseMesh } from "../read/mesh.ts";
import { callerHosts } from "./caller-hosts.ts";

it("knows a caller by the hosts of its endpoints, each once and without brackets", () => {
  const read = parseMesh({
    ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" } },
    spec: { services: { web: { endpoints: ["10.0.0.2:80", "10.0.0.2:81", "[fd00::2]:80", "web-2:80"] }, cron: {} } },
  });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  expect(callerHosts(read.mesh, "web")).toEqual(["10.0.0.2", "fd00::2", "web-2"]);
  expect(callerHosts(read.mesh, "cron")).toEqual([]);
});
