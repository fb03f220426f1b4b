import { describe, expect, it } from "vitest";
import { api, isTextReply, type Route, type RouteName } from "../../contract/index.ts";
import { ACCESS } from "../access.ts";
import { openApiDocument, templateOf } from "./document.ts";

// biome-ignore lint/suspicious/noExplicitAny: a document is looked at key by key.
type Node = any;
const document: Node = openApiDocument({ version: "1.2.3", cookie: "squall-abc" });
const resolve = (node: Node): Node =>
  typeof node?.$ref === "string"
    ? node.$ref
        .slice(2)
        .split("/")
        .reduce((inner: Node, key: string) => inner[key], document)
    : node;

interface Described {
  readonly name: string;
  readonly path: string;
  readonly operation: Node;
}
const operations: readonly Described[] = Object.entries<Node>(document.paths).flatMap(([path, methods]) =>
  Object.entries<Node>(methods).map(([method, operation]) => ({
    ...{ name: `${method.toUpperCase()} ${path}`, path, operation },
  })),
);
const contract = (Object.entries(api) as [RouteName, Route][]).map(([name, route]) => {
  const [method, url] = name.split(" ") as [string, string];
  const path = templateOf(url);
  return { name, route, method, path, operation: document.paths[path]?.[method.toLowerCase()] };
});
/** Every schema of the document, with the schema's place. */
const schemasIn = (node: Node, at: string): readonly (readonly [string, Node])[] => {
  if (Array.isArray(node)) return node.flatMap((one, i) => schemasIn(one, `${at}/${i}`));
  if (typeof node !== "object" || node === null) return [];
  return [[at, node], ...Object.entries(node).flatMap(([key, value]) => schemasIn(value, `${at}/${key}`))];
};

describe("the OpenAPI document", () => {
  it("gives each operation a name of its own, words, one known tag and who may use it", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = new Set(document.tags.map(({ name }: Node) => name));
    for (const { name, operation } of operations) {
      expect([name, operation.operationId]).toEqual([name, expect.stringMatching(/^[a-z][A-Za-z]+$/)]);
      expect([name, operation.summary.length > 5, operation.description.length > 5]).toEqual([name, true, true]);
      expect([name, operation.tags.length, tags.has(operation.tags[0])]).toEqual([name, 1, true]);
      expect([name, operation.security.length > 0]).toEqual([name, operation["x-squall-role"] !== undefined]);
    }
    for (const { name, operation } of contract) {
      const access = ACCESS[name];
      const role = access === "open" ? undefined : typeof access === "string" ? access : "operator";
      expect([name, operation["x-squall-role"]]).toEqual([name, role]);
    }
  });

  it("tells every parameter that the contract has, as clients write it", () => {
    const missing = contract.flatMap(({ name, route, operation }) => {
      const told = new Set(operation.parameters.map(resolve).map((one: Node) => `${one.in} ${one.name.toLowerCase()}`));
      const keys = (where: string, schema: Route["params"]) =>
        Object.keys(schema?.shape ?? {}).map((key) => `${where} ${key.toLowerCase()}`);
      const wanted = [...keys("path", route.params), ...keys("query", route.query), ...keys("header", route.headers)];
      return wanted.filter((one) => !told.has(one)).map((one) => `${name}: ${one}`);
    });
    expect(missing).toEqual([]);
    const limit = document.paths["/api/v1/runs"].get.parameters.find(({ name }: Node) => name === "limit");
    expect(limit).toMatchObject({
      required: false,
      schema: { type: "integer", minimum: 1, maximum: 200, default: 50 },
    });
    const put = document.paths["/api/v1/documents/{kind}/{name}"].put.parameters.map(resolve);
    expect(put.find(({ name }: Node) => name === "dryRun").schema).toMatchObject({ type: "boolean" });
    expect(put.filter(({ required }: Node) => required).map(({ name }: Node) => name)).toEqual(["kind", "name"]);
    expect(put.filter((one: Node) => one.in === "header").map(({ name }: Node) => name)).toEqual([
      ...["If-None-Match", "If-Match", "X-Request-Id"],
    ]);
  });

  it("tells each answer with its request id, each error as an Error, and what a status adds", () => {
    const ADDED: Readonly<Record<string, readonly string[]>> = {
      401: ["WWW-Authenticate"],
      421: ["Squall-Leader"],
      429: ["Retry-After"],
      503: ["Retry-After"],
    };
    for (const { name, operation } of operations) {
      const statuses = Object.keys(operation.responses);
      expect([name, statuses.some((status) => /^2/.test(status)), statuses.includes("400")]).toEqual([
        name,
        true,
        true,
      ]);
      expect([name, statuses.includes("401")]).toEqual([
        name,
        operation.security.length > 0 || name.endsWith("/session"),
      ]);
      for (const [status, given] of Object.entries<Node>(operation.responses)) {
        const { headers, content, description } = resolve(given);
        expect([name, status, resolve(headers["X-Request-Id"])?.required]).toEqual([name, status, true]);
        expect(description).not.toBe("");
        if (Number(status) < 400 || name === "GET /readyz") continue;
        expect([name, status, content["application/json"].schema]).toEqual([
          ...[name, status, { $ref: "#/components/schemas/Error" }],
        ]);
        for (const header of ADDED[status] ?? [])
          expect([name, status, header in headers]).toEqual([name, status, true]);
      }
    }
  });

  it("names what comes back, and describes one event or line of each stream", () => {
    for (const { name, route, operation } of contract) {
      const { content, headers } = operation.responses[String(route.status ?? 200)];
      const [[type, { schema }]] = Object.entries<Node>(content) as [[string, Node]];
      if (typeof route.reply === "string") {
        expect([name, type, schema.anyOf[0]]).toEqual([
          ...[name, route.reply, { type: "string", contentMediaType: route.reply }],
        ]);
        expect(JSON.stringify(schema.anyOf[1])).toContain("#/components/schemas/");
      } else if (isTextReply(route.reply)) {
        expect([name, Object.keys(content)]).toEqual([name, Object.keys(route.reply)]);
        // Client generators take the first type; as JSON the other types could not be read.
        expect([name, type.startsWith("text/")]).toEqual([name, true]);
      } else {
        expect([name, type, schema.$ref]).toEqual([...[name, "application/json"], expect.stringMatching(/^#\/comp/)]);
        if (name.startsWith("GET"))
          expect([name, "ETag" in headers, "304" in operation.responses]).toEqual([name, true, true]);
      }
    }
    const { 200: again, 201: created } = document.paths["/api/v1/runs"].post.responses;
    expect([again.content, Object.keys(again.headers)]).toEqual([created.content, ["X-Request-Id", "Location"]]);
  });

  it("has the states, the codes of errors and the experiment's own schema by name", () => {
    const { schemas } = document.components;
    expect(schemas.Error.properties.code.enum).toContain("run-is-over");
    expect(schemas.RunState.enum).toContain("reverting");
    expect(schemas.Run.properties.state).toEqual({ $ref: "#/components/schemas/RunState" });
    expect(schemas.StartExperiment.properties.experiment).toMatchObject({ $ref: "#/components/schemas/Experiment" });
    expect(schemas.Experiment.properties.spec.properties.faults.items.properties.latency.$ref).toMatch(/LatencyFault$/);
  });

  it("leaves answers open for added keys, and closes requests where the server does", () => {
    const answers = contract.flatMap(({ name, operation }) =>
      Object.entries<Node>(operation.responses).map(([status, one]) => [`${name} ${status}`, resolve(one)] as const),
    );
    /** Schemas reachable from `node`. */
    const reached = (node: Node, seen = new Set<Node>()): Set<Node> => {
      if (typeof node !== "object" || node === null || seen.has(node)) return seen;
      seen.add(node);
      for (const value of Object.values(node)) reached(value, seen);
      return typeof node.$ref === "string" ? reached(resolve(node), seen) : seen;
    };
    const closed = answers.filter(([, answer]) =>
      [...reached(answer)].some((one) => one.additionalProperties === false),
    );
    expect(closed.map(([where]) => where)).toEqual([]);
    const { StartStored, PauseScheduleBody, Experiment } = document.components.schemas;
    for (const schema of [StartStored, PauseScheduleBody, Experiment]) expect(schema.additionalProperties).toBe(false);
  });

  it("says of a halt that it takes anything, and nothing", () => {
    for (const path of ["/api/v1/halt", "/api/v1/runs/{id}/halt"]) {
      const { requestBody, responses } = document.paths[path].post;
      expect(requestBody.required).toBe(false);
      const schema = resolve(requestBody.content["application/json"].schema);
      expect(schema.type).toBeUndefined();
      for (const property of Object.values<Node>(schema.properties))
        expect(Object.keys(property)).toEqual(["description"]);
      for (const status of ["413", "415"]) expect(responses).not.toHaveProperty(status);
    }
  });

  it("marks nothing in a request as given by default, which generators take for required", () => {
    const marked = schemasIn(document.components.schemas, "").filter(
      ([at, node]) => "default" in node && !at.endsWith("/properties"),
    );
    expect(marked.map(([at]) => at)).toEqual([]);
  });

  it("is of the version and the cookie that it is told", () => {
    expect(document.info.version).toBe("1.2.3");
    expect(document.components.securitySchemes.session.name).toBe("squall-abc");
  });
});
