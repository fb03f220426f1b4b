// Stand-in for an agent: prints `listening`, and ends when its stdin ends, unless started with --hang-on.
const say = (line) => process.stdout.write(`${line}\n`);
say(`argv ${process.argv.slice(2).join(" ")}`);
say(`token ${process.env.SQUALL_TOKEN}`);
process.stdin.resume();
if (!process.argv.includes("--hang-on")) process.stdin.once("end", () => process.exit(0));
if (process.argv.includes("--silent")) say("I have nothing to say");
else say("listening on every edge");
setInterval(() => {}, 1000);
