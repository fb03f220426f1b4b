import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDocuments } from "../../experiments/model/document/document.ts";
import { readMesh } from "../../experiments/model/read/mesh.ts";
import { meshFromCompose } from "./compose.ts";
import { readCompose } from "./compose-file.ts";
import { meshText } from "./draft.ts";

const draftOf = (text: string) => {
  const read = readCompose(text, "compose.yaml");
  if ("problem" in read) throw new Error(read.problem);
  return meshFromCompose(read, { name: "shop", file: "compose.yaml" });
};
/** Mesh or problems of the drafted text, through the production parser. */
const meshOf = (draft: ReturnType<typeof draftOf>) => {
  const { documents, problems } = readDocuments(meshText(draft), "mesh.yaml");
  const read = documents[0] === undefined ? { problems } : readMesh(documents[0]);
  if ("problems" in read) throw new Error(`${JSON.stringify(read.problems)}\n${meshText(draft)}`);
  return read.mesh;
};
const edgesOf = (text: string) =>
  meshOf(draftOf(text)).edges.map(({ from, to, protocol }) => `${from} → ${to} ${protocol}`);

const SHOP = `
name: shop
x-service: &service { restart: always, environment: &shared { LOG_LEVEL: info } }
services:
  gateway:
    ports: ["8080:7101"]
    environment: { CATALOG: catalog:7102, CHECKOUT_URL: "http://checkout:7103/v1" }
  catalog:
    <<: *service
    environment: { <<: *shared, INVENTORY: "http://inventory:\${INVENTORY_PORT:-7105}" }
    healthcheck: { test: ["CMD", "curl", "-f", "http://localhost:7102/healthz"] }
  checkout:
    command: ["serve", "--payments=http://payments:7104"]
    environment:
      - DATABASE_URL=postgres://shop:hunter2@ledger:5432/shop?sslmode=disable
      - STOCK_HOST=inventory
      - STOCK_PORT=7105
    depends_on: { ledger: { condition: service_started }, cache: { condition: service_started } }
  payments: { expose: ["7104"] }
  inventory: { expose: [7105] }
  ledger: { image: "registry.internal/library/postgres:16" }
  cache: { image: redis }
`;

describe("a mesh from a compose file", () => {
  it("has an edge for everybody who is named in somebody's settings", () => {
    expect(edgesOf(SHOP)).toEqual([
      "gateway → catalog http",
      "gateway → checkout http",
      "catalog → inventory http",
      "checkout → ledger tcp",
      "checkout → inventory http",
      "checkout → payments http",
      "checkout → cache tcp",
    ]);
  });

  it("knows where each callee answers, and its health check", () => {
    const services = meshOf(draftOf(SHOP)).services;
    const of = (name: string) => services.find((service) => service.name === name);
    expect(of("catalog")).toMatchObject({ endpoints: [{ address: "catalog:7102" }], ready: { http: "/healthz" } });
    expect(of("ledger")).toMatchObject({ endpoints: [{ address: "ledger:5432" }], ready: { tcp: true } });
    expect(of("inventory")).toMatchObject({ endpoints: [{ address: "inventory:7105" }] });
    expect(of("gateway")).toMatchObject({ endpoints: [] });
  });

  it("tells for each edge which setting to change, and to what", () => {
    const text = meshText(draftOf(SHOP));
    expect(text).toContain("# gateway: put 127.0.0.1:17002 where CHECKOUT_URL has checkout:7103");
    expect(text).toContain("# only `depends_on` says so: take it out if checkout does not call cache");
  });

  it("carries no password into the file", () => {
    expect(meshText(draftOf(SHOP))).not.toContain("hunter2");
  });

  it("gives a service that is called on two ports a name for each", () => {
    const draft = draftOf(`
services:
  a: { environment: { X: "http://b:80" } }
  c: { environment: { X: "http://b:80", METRICS: "http://b:9100/metrics" } }
  b: {}
`);
    expect(meshOf(draft).edges.map(({ to }) => to)).toEqual(["b", "b", "b-9100"]);
  });

  it("follows the other names of a service", () => {
    const text = `
services:
  a: { environment: { X: "http://pay.internal:80" } }
  b: { networks: { default: { aliases: [pay.internal] } } }
`;
    expect(edgesOf(text)).toEqual(["a → b http"]);
  });

  it("says of TLS and gRPC that the agent sees bytes only", () => {
    const text = `
services:
  a: { environment: { X: "https://b:443", B_GRPC_ADDR: "c:50051" } }
  b: {}
  c: {}
`;
    expect(edgesOf(text)).toEqual(["a → b tcp", "a → c tcp"]);
  });

  it("makes no edge of a word that only looks like a service, nor of a service's own name", () => {
    const text = `
services:
  a: { environment: { MODE: b, NOTE: "see b for more", SELF: "http://a:80", PLACE: "ab:80" } }
  b: { expose: [80] }
`;
    expect(edgesOf(text)).toEqual([]);
  });

  it("says what it did not read", () => {
    const text = meshText(draftOf("include: [other.yaml]\nservices: { a: { extends: { service: x } } }"));
    expect(text).toContain("# Not read: `include`.");
    expect(text).toContain("# Not read: `extends` of a.");
  });

  it("refuses what is no compose file, and aliases that multiply", () => {
    expect(readCompose("services: [", "c.yaml")).toHaveProperty("problem");
    expect(readCompose("kind: Mesh", "c.yaml")).toHaveProperty("problem");
    expect(readCompose('services: { "a b": {} }', "c.yaml")).toHaveProperty("problem");
    const bomb = [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefghi".split("").map((name, i) => {
        const before = "abcdefgh"[i];
        return `${name}: &${name} [${Array(9).fill(`*${before}`).join(",")}]`;
      }),
      "services: *i",
    ].join("\n");
    expect(readCompose(bomb, "c.yaml")).toHaveProperty("problem");
  });

  it("is a valid mesh whatever the services are called and their settings hold", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,80}$/);
    const services = fc.dictionary(
      name,
      fc.record(
        { expose: fc.array(fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.string())) },
        { requiredKeys: [] },
      ),
      { minKeys: 1, maxKeys: 6 },
    );
    fc.assert(
      fc.property(services, fc.string({ unit: "binary" }), (given, tail) => {
        const all = Object.keys(given);
        const settings = all.flatMap((each) => [`http://${each}:80`, `${each}:9`, `${each}${tail}`]);
        const environment = Object.fromEntries(settings.map((value, i) => [`V${i}${tail}_HOST`, value]));
        const whole = Object.fromEntries(all.map((each) => [each, { ...given[each], environment, depends_on: all }]));
        const read = readCompose(JSON.stringify({ services: whole }), "compose.yaml");
        if (!("problem" in read)) meshOf(meshFromCompose(read, { name: "shop", file: "compose.yaml" }));
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
