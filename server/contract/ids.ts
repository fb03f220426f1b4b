/** Schemas of the ids in replies: plain strings on the wire and in OpenAPI, branded in the types. */
import { z } from "zod";

export const runId = z.string().brand<"RunId">();
export const edgeId = z.string().brand<"EdgeId">();
export const faultId = z.string().brand<"FaultId">();
export const agentBoot = z.string().brand<"AgentBoot">();
export const agentInstance = z.string().brand<"Instance">();
