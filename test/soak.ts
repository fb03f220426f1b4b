/**
 * What is tried at many moments, or many times over, is tried at a few of them for each change, and at all of them by
 * `npm run test:soak`.
 */
const SOAKS = process.env.SQUALL_SOAK === "1";

export const often = <T>(few: T, many: T): T => (SOAKS ? many : few);
