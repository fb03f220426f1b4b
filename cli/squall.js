#!/usr/bin/env node
// Whatever goes wrong beside a verdict ends with 70, so that a crash is never mistaken for BROKEN (1).
const crash = (error) => {
  const message = error instanceof Error ? error.message : String(error);
  const unbuilt = error?.code === "ERR_MODULE_NOT_FOUND" && message.includes("dist");
  const stack = process.env.SQUALL_DEBUG ? `${error?.stack}\n` : "Set SQUALL_DEBUG=1 for the stack.\n";
  process.stderr.write(
    unbuilt ? "squall: dist/ is not built; run `npm run build`\n" : `squall: internal error: ${message}\n${stack}`,
  );
  process.exit(70);
};
process.on("uncaughtException", crash);
process.on("unhandledRejection", crash);
try {
  const { main } = await import("../dist/cli/main.js");
  process.exitCode = await main(process.argv.slice(2));
  // A handle that somebody forgot must not keep a finished command from ending.
  setTimeout(() => process.exit(), 2_000).unref();
} catch (error) {
  crash(error);
}
