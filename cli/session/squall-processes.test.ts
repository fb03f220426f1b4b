import { describe, expect, it } from "vitest";
import { roleOf } from "./squall-processes.ts";

describe("the role of a process, by its command line", () => {
  it.each([
    ["node /work/cli/squall.js run a.yaml", "run"],
    ["/usr/bin/node /home/me/node_modules/.bin/squall up mesh.yaml", "up"],
    ["node --inspect --import tsx /x/squall.js serve --port 0", "serve"],
    ["node -- /usr/bin/squall run a.yaml", "run"],
    ["node22 /x/squall agent --mesh m.yaml", "agent"],
    ["node /x/dist/agent/main.js --server http://127.0.0.1:1 --parent", "agent"],
    // A run that names a server has no server here: the run is the other server's.
    ["node /x/squall.js run a.yaml --context prod", null],
    ["node /x/squall.js run a.yaml --server=https://a", null],
    ["node /x/squall.js halt --all", null],
    ["node /x/squall.js constructor", null],
    ["node /x/squall.js", null],
    ["node /x/server.js squall run", null],
    ["npm exec squall run a.yaml", null],
    ["sh -c squall", null],
    ["vim /x/squall.js run", null],
    ["", null],
  ])("%s", (line, role) => {
    expect(roleOf(line.split(" "))).toBe(role);
  });
});
