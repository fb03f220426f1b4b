/**
 * What is tried at many moments, or many times over, is tried at a few of them for each change, and at all of them by
 * `npm run test:soak`.
 */
// Not SQUALL_…: a server refuses settings that it does not have.
const SOAKS = process.env.TEST_SOAK === "1";

export const often = <T>(few: T, many: T): T => (SOAKS ? many : few);
