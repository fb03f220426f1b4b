import { useEffect, useRef, useState } from "react";
import { pathOf } from "../../server/client/path.ts";
import { linesIn } from "../api/lines.ts";
import { useClient } from "../api/use-client.ts";
import { patience } from "../clock.ts";
import { BEGUN, type VerificationProgress, walked } from "./verification.ts";

export type VerificationRun =
  | { readonly is: "idle" }
  | { readonly is: "walking"; readonly walk: VerificationProgress }
  | { readonly is: "done"; readonly walk: VerificationProgress }
  /** The check broke off: the result so far says nothing about the other journals. */
  | { readonly is: "failed"; readonly walk: VerificationProgress; readonly why: string };

/** A long journal takes seconds; silence for longer is a server that is gone. */
const SILENT_MS = 30_000;
export const useVerification = () => {
  const client = useClient();
  const [walking, setWalking] = useState<VerificationRun>({ is: "idle" });
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const begin = async () => {
    const own = new AbortController();
    stop.current = own;
    let walk = BEGUN;
    const show = (next: VerificationRun) => {
      if (!own.signal.aborted) setWalking(next);
    };
    show({ is: "walking", walk });
    const silence = patience(SILENT_MS, () => {
      show({ is: "failed", walk, why: "nothing was heard from the server for 30 s" });
      own.abort();
    });
    try {
      const body = await client.lines(pathOf("GET /api/v1/verify")[1], own.signal);
      for await (const lines of linesIn(body)) {
        silence.renew();
        walk = walked(walk, lines);
        show({ is: "walking", walk });
      }
      show(walk.ended ? { is: "done", walk } : { is: "failed", walk, why: "the answer was cut off" });
    } catch (error) {
      show({ is: "failed", walk, why: error instanceof Error ? error.message : String(error) });
    } finally {
      silence.end();
    }
  };
  return {
    walking,
    begin: () => {
      begin().catch(reportError);
    },
  };
};
