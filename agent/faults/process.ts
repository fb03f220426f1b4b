/**
 * Behaviour of the faults on a service's process, on an edge to that service. No byte changes: the process is struck by
 * `agent/processes/`. A request or connection that begins while the service is away has met the fault; so has each
 * part of an open connection that moves meanwhile.
 */
import { type Behaviour, MEET, type Treatment } from "./behaviour.ts";

const met = () => MEET;
const OPEN: Treatment = { request: { data: met, end: met }, response: { data: met, end: met } };
const NEW: Treatment = {};
export const absent = (): Behaviour => ({ begin: () => NEW, join: () => OPEN, isMet: true });
