/** Real HTTP receiver of webhooks that behaves as configured and stores the requests. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Record<string, unknown>;
}
export type Behaviour = (response: ServerResponse, received: Received) => void;

export const answers =
  (status: number, body: object | string = "", headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers);
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
export const hangs: Behaviour = () => {};
export const hangsUp: Behaviour = (response) => void response.destroy();

export class Receiver {
  readonly received: Received[] = [];
  /** Behaviours for the next requests, one per request; the last behaviour stays. */
  behaviours: Behaviour[] = [answers(200)];
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString("utf8");
      const received = { headers: request.headers, text, body: JSON.parse(text) as Record<string, unknown> };
      this.received.push(received);
      const behave = this.behaviours.length > 1 ? this.behaviours.shift()! : this.behaviours[0]!;
      behave(response, received);
    });
  }
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook?team=ops`;
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/**
 * Verifies a signature as the docs tell a receiver to: the age of the signature in seconds, or null when the signature
 * was not made with this secret.
 */
export const verified = ({ headers, text }: Received, secret: string, nowMs: number): number | null => {
  const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["squall-signature"])) ?? [];
  if (seconds === undefined || signature === undefined) return null;
  const expected = createHmac("sha256", secret).update(`${seconds}.${text}`).digest();
  return timingSafeEqual(expected, Buffer.from(signature, "hex")) ? nowMs / 1_000 - Number(seconds) : null;
};
