/**
 * Self-test of a tier, over loopback: the tier moves bytes intact, pauses on request, half-closes and resets. Takes a
 * few milliseconds.
 */
import type { Clock } from "../clock/clock.ts";
import type { ConnectionError, Listener, Receiver, Transport, Transports } from "./transport.ts";

/** Bytes of the probe: more than loopback socket buffers hold, so that writes really have to wait. */
const BULK = 8 * 1024 * 1024;
const LIMIT_MS = 3_000;
const RESET_ME = 0xff;

/** Tests a tier. null: the tier works; otherwise the failure. */
export const selfTest = async (transports: Transports, clock: Clock): Promise<string | null> => {
  let listener: Listener | null = null;
  const served = new Set<Transport>();
  try {
    listener = await transports.listen({ host: "127.0.0.1", port: 0 }, (transport) => {
      served.add(transport);
      const echo = new Echo(transport);
      transport.resume();
      return echo;
    });
    const { address } = listener;
    const echoed = await within(clock, "echo", new Probe(clock, (probe) => transports.dial(address, probe, LIMIT_MS)));
    if (echoed !== null) return echoed;
    return await within(clock, "reset", new Provoker((provoker) => transports.dial(address, provoker, LIMIT_MS)));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    for (const transport of served) transport.reset();
    await listener?.close();
  }
};

interface Trial extends Receiver {
  readonly transport: Transport;
  readonly result: Promise<string | null>;
}

const within = (clock: Clock, what: string, trial: Trial): Promise<string | null> =>
  new Promise((resolve) => {
    const alarm = clock.wake(clock.nowMs() + LIMIT_MS, () => resolve(`${what} did not end within ${LIMIT_MS} ms`));
    trial.result
      .then(resolve, (error) => resolve(String(error)))
      .finally(() => {
        alarm.cancel();
        trial.transport.reset();
      });
  });

/** Echo server: sends received bytes back, pauses the caller as the splices do, and answers FIN with FIN. */
class Echo implements Receiver {
  readonly #transport: Transport;
  constructor(transport: Transport) {
    this.#transport = transport;
  }
  opened(): void {}
  bytes(buffer: Buffer, end: number): void {
    if (buffer[0] === RESET_ME) this.#transport.reset();
    else if (!this.#transport.write(buffer, 0, end)) this.#transport.pause();
  }
  ended(): void {
    this.#transport.finish();
  }
  drained(): void {
    this.#transport.resume();
  }
  closed(): void {}
}

/**
 * Probe: sends a numbered pattern, does not read for a while, then expects every byte back, and FIN after the probe's
 * own FIN.
 */
class Probe implements Trial {
  readonly transport: Transport;
  readonly result: Promise<string | null>;
  readonly #bulk = Buffer.alloc(BULK);
  readonly #clock: Clock;
  #settle: (problem: string | null) => void = () => {};
  #got = 0;
  #taken = false;
  #paused = false;

  constructor(clock: Clock, dial: (probe: Probe) => Transport) {
    this.#clock = clock;
    this.result = new Promise((resolve) => {
      this.#settle = resolve;
    });
    // A typed array: two million calls of a function not compiled yet took a tenth of an agent's start.
    const words = new Uint32Array(this.#bulk.buffer, this.#bulk.byteOffset, BULK / 4);
    for (let i = 0; i < words.length; i++) words[i] = i;
    this.transport = dial(this);
  }
  opened(): void {
    this.transport.pause();
    this.#paused = true;
    this.#taken = this.transport.write(this.#bulk, 0, BULK);
    if (this.#taken) this.#settle("a write that nobody read was taken whole");
    this.#clock.wake(this.#clock.nowMs() + 5, () => {
      this.#paused = false;
      this.transport.resume();
    });
  }
  bytes(buffer: Buffer, end: number): void {
    if (this.#paused) this.#settle("bytes came while it was paused");
    if (buffer.compare(this.#bulk, this.#got, this.#got + end, 0, end) !== 0) this.#settle("bytes came back changed");
    this.#got += end;
    if (this.#got === BULK) this.transport.finish();
  }
  drained(): void {
    this.#taken = true;
    if (this.transport.pending > 0) this.#settle("it was called drained too early");
  }
  ended(): void {
    const whole = this.#taken && this.#got === BULK;
    this.#settle(whole ? null : `FIN came after ${this.#got} of ${BULK} bytes`);
  }
  closed(error: ConnectionError | null): void {
    this.#settle(`it closed early: ${error?.message ?? "no error"}`);
  }
}

/** Provoker: asks for a reset and expects `closed` with the code `reset`. */
class Provoker implements Trial {
  readonly transport: Transport;
  readonly result: Promise<string | null>;
  #settle: (problem: string | null) => void = () => {};

  constructor(dial: (provoker: Provoker) => Transport) {
    this.result = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.transport = dial(this);
  }
  opened(): void {
    this.transport.write(Buffer.from([RESET_ME]), 0, 1);
  }
  bytes(): void {}
  drained(): void {}
  ended(): void {
    this.#settle("a reset arrived as FIN");
  }
  closed(error: ConnectionError | null): void {
    this.#settle(error?.code === "reset" ? null : `a reset arrived as ${error?.code ?? "a clean close"}`);
  }
}
