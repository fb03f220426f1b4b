/**
 * Clock of the machine: all processes of a machine read the same CLOCK_MONOTONIC, each from a separate origin. With both
 * origins, a server translates an agent's times exactly, however late the agent's messages come.
 */

/** Place of a process's own clock (`performance.now()`) on the clock of the machine. */
export interface MachineClock {
  /** Boot of the machine and time namespace: in another namespace CLOCK_MONOTONIC is shifted (time_namespaces(7)). */
  readonly of: string;
  /** CLOCK_MONOTONIC at 0 of the process's own clock, ms. */
  readonly zeroMs: number;
}

/** `bootId`: text of `/proc/sys/kernel/random/boot_id`; `timeNamespace`: target of `/proc/self/ns/time`. Empty: unreadable. */
export const machineClockOf = (bootId: string, timeNamespace: string, zeroMs: number): MachineClock | null =>
  bootId.trim() === "" || timeNamespace === "" ? null : { of: `${bootId.trim()} ${timeNamespace}`, zeroMs };

/** Server clock less agent clock, ms; null: the processes are not known to read the clock of one machine. */
export const clockOffsetMs = (server: MachineClock | null, agent: MachineClock | undefined): number | null =>
  server === null || agent === undefined || server.of !== agent.of ? null : agent.zeroMs - server.zeroMs;

const TRIES = 5;
/**
 * CLOCK_MONOTONIC at which a process's own clock was 0, in the unit of both readings. The latest of several readings is
 * the nearest: a delay of the thread between the two calls makes an origin earlier.
 */
export const originOf = (monotonic: () => bigint, own: () => bigint): bigint => {
  const read = () => monotonic() - own();
  return Array.from({ length: TRIES }, read).reduce((latest, each) => (each > latest ? each : latest));
};
