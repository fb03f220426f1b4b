// A service for tests: listens on PORT and misbehaves as MODE demands.
import { spawn } from "node:child_process";
import { createServer } from "node:http";

const mode = process.env.MODE ?? "";
const say = (line) => process.stdout.write(`${line}\n`);
const sleeper = (options) => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", ...options });
  child.unref();
  say(`child ${child.pid}`);
};

say(`token ${process.env.SQUALL_TOKEN ?? "none"}`);
if (mode === "dies") {
  for (let i = 1; i <= 30; i++) say(`line ${i}`);
  process.exit(3);
}
if (mode === "stubborn") process.on("SIGTERM", () => say("no"));
if (mode === "forks") sleeper({});
if (mode === "escapes") sleeper({ detached: true });
if (mode === "deaf") {
  say("I never listen");
  setInterval(() => {}, 1000);
} else {
  const status = mode === "sick" ? 503 : 200;
  createServer((_request, response) => response.writeHead(status).end(mode)).listen(
    Number(process.env.PORT),
    "127.0.0.1",
  );
}
