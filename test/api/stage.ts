/** A real server with a token of each role, for the tests of this folder. */
import { request } from "node:http";
import type { ServerConfig } from "../../server/config/config.ts";
import { type House, openHouse, TOKEN } from "../server/house.ts";

export const ROLES = ["viewer", "operator", "admin", "agent", "join"] as const;
export type RoleName = (typeof ROLES)[number];

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire is looked at field by field.
  readonly body: any;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}
export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** null: none. */
  readonly token?: string | null;
}
export interface Stage {
  readonly house: House;
  /** `route`: method and path. */
  ask(route: string, sent?: Sent): Promise<Answer>;
  newToken(role: RoleName, more?: Readonly<Record<string, unknown>>): Promise<{ id: string; token: string }>;
  close(): Promise<void>;
}
const read = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
/** A raw request, because `fetch` overrides Host, Origin and Cookie. */
const askOf =
  (url: string): Stage["ask"] =>
  (route, { body, headers = {}, token = TOKEN } = {}) =>
    new Promise((resolve, reject) => {
      const [method, path] = route.split(" ") as [string, string];
      const { hostname, port } = new URL(url);
      const own = {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      };
      const asked = request({ hostname, port, method, path, headers: { ...own, ...headers } });
      asked.on("error", reject);
      asked.on("response", (response) => {
        const parts: Buffer[] = [];
        const answer = () => {
          const text = Buffer.concat(parts).toString();
          resolve({ status: response.statusCode!, body: read(text), text, headers: response.headers });
        };
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", answer);
        // Some streams have no end: the first data is enough.
        if (response.headers["content-type"]?.startsWith("text/event-stream"))
          response.once("data", () => {
            answer();
            asked.destroy();
          });
      });
      asked.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
    });

/** A test sends requests without a rate limit, unless the test is about rate limits. */
export const UNLIMITED = { token: 1e9, address: 1e9, guesses: 1e9 };
let count = 0;
export const openStage = async (config: Partial<ServerConfig> = {}): Promise<Stage> => {
  const house = await openHouse({ config: { rates: UNLIMITED, ...config } });
  const ask = askOf(house.server.url);
  return {
    ...{ house, ask },
    async newToken(role, more = {}) {
      const body = { name: `${role}-${++count}`, role, ...(role === "join" ? { service: "gateway" } : {}), ...more };
      const answer = await ask("POST /api/v1/tokens", { body });
      if (answer.status !== 201) throw new Error(answer.text);
      return answer.body;
    },
    close: () => house.close(),
  };
};
export const tokensOfAll = async (stage: Stage): Promise<Readonly<Record<RoleName, string>>> => {
  const made = await Promise.all(ROLES.map(async (role) => [role, (await stage.newToken(role)).token] as const));
  return Object.fromEntries(made) as Record<RoleName, string>;
};
