/** How long a halt may go unanswered, ms: a server that is well drops every fault first and answers within milliseconds. */
export const ANSWER_MS = 3_000;
