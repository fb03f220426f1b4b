/** Time limit of a halt request, ms: a healthy server drops every fault first and answers within milliseconds. */
export const ANSWER_MS = 3_000;
