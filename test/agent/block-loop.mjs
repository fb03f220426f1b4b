// Loaded before the agent: blocks the agent's loop for 10 ms of each 20 ms.
setInterval(() => {
  const untilMs = performance.now() + 10;
  while (performance.now() < untilMs);
}, 20);
