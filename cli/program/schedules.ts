/** `squall schedule`: manages the runs that a server starts by itself. */
import { type Command, Option } from "commander";
import type { Calls, Declare } from "./declare.ts";
import { allNamespaces, asJson, examples, form, longNamespace, namespace, onServer, reason, whole } from "./flags.ts";

const load = async () => await import("../commands/schedule.ts");

const reading = (schedule: Command, calls: Calls): void => {
  onServer(schedule.command("list", { isDefault: true }))
    .summary("list schedules, with their next instants and last runs")
    .description("Lists the schedules of a server, with their next instants and their last runs.")
    .addOption(namespace())
    .addOption(allNamespaces())
    .addOption(form())
    .addOption(asJson())
    .addHelpText("after", examples("squall schedule list", "squall schedule list -o wide --context prod"))
    .action(calls(async () => (await load()).listSchedules));
  onServer(schedule.command("next"))
    .argument("[names...]", "schedules; all when none is named")
    .summary("list the next instants of schedules, in the order of time")
    .description("Lists the next instants of all schedules, or of some, in the order of time.")
    .addOption(longNamespace())
    .addOption(allNamespaces())
    .addOption(new Option("-n, --limit <n>", "at most this number").default(10).argParser(whole("--limit", 1, 1_000)))
    .addOption(form())
    .addOption(asJson())
    .addHelpText("after", examples("squall schedule next", "squall schedule next nightly -n 3"))
    .action(calls(async () => (await load()).nextInstants));
};
const writing = (schedule: Command, calls: Calls): void => {
  onServer(schedule.command("pause"))
    .argument("<names...>", "schedules")
    .summary("stop starting runs until resumed")
    .description("Pauses schedules: no run starts until a schedule is resumed. Active runs go on.")
    .addOption(namespace())
    .addOption(reason("shown in lists"))
    .addHelpText("after", examples("squall schedule pause nightly --reason 'release week'"))
    .action(calls(async () => (await load()).pauseSchedules));
  onServer(schedule.command("resume"))
    .argument("<names...>", "schedules")
    .summary("let schedules start runs again")
    .description("Resumes paused schedules. Instants within the pause are skipped for good.")
    .addOption(namespace())
    .addHelpText("after", examples("squall schedule resume nightly"))
    .action(calls(async () => (await load()).resumeSchedules));
  onServer(schedule.command("trigger"))
    .argument("<name>", "the schedule")
    .summary("start a schedule's run now")
    .description("Starts a schedule's run now, beside its instants, and prints the run's id.")
    .addOption(namespace())
    .addHelpText("after", examples("squall schedule trigger nightly", "squall wait $(squall schedule trigger nightly)"))
    .action(calls(async () => (await load()).triggerSchedule));
};

export const scheduleCommand: Declare = (program, calls) => {
  const schedule = program
    .command("schedule")
    .summary("list, start, pause and resume schedules")
    .description("Manages the schedules of a server. `squall apply` creates schedules.")
    .addHelpText("after", examples("squall schedule list", "squall schedule pause nightly --reason 'release week'"));
  reading(schedule, calls);
  writing(schedule, calls);
};
