/**
 * Credential that this agent shows to the server: a fixed token, or a join token. Many instances share a join token,
 * which only opens the way to a credential of this instance alone; that credential is kept in a file for the next
 * start.
 */
import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { Agent as PlainAgent, request as plainRequest, type RequestOptions } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import type { Instance } from "../../experiments/model/names.ts";
import type { AgentLog } from "../log.ts";
import { ExposedSecretError, readSecret } from "./secret-file.ts";
import type { Tls } from "./tls.ts";

export interface Credential {
  /** Returns the token for a server; rejects with the reason when there is no token. */
  token(server: string): Promise<string>;
  /** Called when the server does not know the agent's token. */
  refused(): void;
}

export const fixedToken = (token: string): Credential => ({ token: async () => token, refused: () => {} });

const JOIN_PATH = "/api/v1/agents/join";
const JOIN_WITHIN_MS = 10_000;
const LARGEST_ANSWER = 64 * 1024;

export interface JoinConfig {
  readonly instance: Instance;
  /**
   * Reads the join token anew each time, as the file may be renewed on disk. null: absent (or gone). Throws OpenSecret.
   */
  readonly joinToken: () => string | null;
  /** Places where a join token is looked for, phrased as the end of a sentence. */
  readonly expected: string;
  /** File that keeps the credential, readable by this user alone; null: no file, so each start joins anew. */
  readonly file: string | null;
  readonly tls: Tls;
  readonly log: AgentLog;
}

/** No credential to show to a server, now or at any later try: the agent would call for ever, and be refused. */
export class MissingCredentialError extends Error {
  override readonly name = "NoCredential";
  constructor({ file, expected }: JoinConfig) {
    super(
      `no credential: expected ${expected}${file === null ? "" : `, or a credential of an earlier start in ${file}`}`,
    );
  }
}
export const joinCredential = (config: JoinConfig): Credential => {
  const { file, log } = config;
  let token = file === null ? null : readCredential(file);
  if (token === null && config.joinToken() === null) throw new MissingCredentialError(config);
  return {
    async token(server) {
      token ??= await join(server, config);
      return token;
    },
    refused() {
      const isReplaceable = canJoin(config);
      log(`the server does not accept this agent's credential${isReplaceable ? ": joining again" : ""}`, "warn");
      if (!isReplaceable || token === null) return;
      token = null;
      if (file !== null) rmSync(file, { force: true });
    },
  };
};

/** True when a join token exists. A token that others can read is reported when the agent joins, not here. */
const canJoin = ({ joinToken }: JoinConfig): boolean => {
  try {
    return joinToken() !== null;
  } catch {
    return true;
  }
};
/**
 * Returns null when no credential can be read. Throws OpenSecret: another reader of the file could speak for this
 * instance.
 */
const readCredential = (file: string): string | null => {
  try {
    return readSecret(file).trim() || null;
  } catch (error) {
    if (error instanceof ExposedSecretError) throw error;
    return null;
  }
};
/** Writes the file whole or not at all, and never readable by others, not even for a moment. */
const writeCredential = (file: string, token: string): void => {
  const draft = `${file}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${token}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, file);
};

const join = async (server: string, config: JoinConfig): Promise<string> => {
  const { instance, file, tls, joinToken } = config;
  const shown = joinToken();
  if (shown === null) throw new Error("there is no join token to join with");
  const { status, body } = await post(new URL(JOIN_PATH, server), shown, { instance }, tls);
  const { token, message } = Object(body) as { token?: unknown; message?: unknown };
  if (status >= 300 || typeof token !== "string" || token === "")
    throw new Error(`joining was refused with ${status}${typeof message === "string" ? `: ${message}` : ""}`);
  if (file !== null) {
    try {
      writeCredential(file, token);
    } catch (error) {
      config.log(`the credential could not be kept in ${file}: ${(error as Error).message}; the next start joins anew`);
    }
  }
  return token;
};

/** Posts a JSON body. Redirects are not followed: the token goes to this host and no other. */
const post = (url: URL, token: string, body: unknown, tls: Tls): Promise<{ status: number; body: unknown }> =>
  new Promise((resolve, reject) => {
    const isTls = url.protocol === "https:";
    const request = isTls ? tlsRequest : plainRequest;
    const options: RequestOptions = {
      method: "POST",
      // Node's global agent follows HTTP_PROXY where NODE_USE_ENV_PROXY is set: the token is for the server alone.
      agent: isTls ? new TlsAgent() : new PlainAgent(),
      timeout: JOIN_WITHIN_MS,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...tls,
    };
    const sent = request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (text.length > LARGEST_ANSWER) sent.destroy(new Error("the answer to joining is too large"));
      });
      response.on("error", reject).on("end", () => resolve({ status: response.statusCode ?? 0, body: jsonOf(text) }));
    });
    sent.on("timeout", () => sent.destroy(new Error(`joining took over ${JOIN_WITHIN_MS} ms`)));
    sent.on("error", reject).end(JSON.stringify(body));
  });
const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
