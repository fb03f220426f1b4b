/** Waits in real time, for tests of real parts. */
export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export const until = async (
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> => {
  const begunMs = performance.now();
  while (!(await isTrue())) {
    const passedMs = performance.now() - begunMs;
    if (passedMs > withinMs) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await sleep(Math.min(50, Math.max(10, passedMs / 10)));
  }
};
