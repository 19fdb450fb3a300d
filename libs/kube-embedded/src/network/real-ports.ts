import { TidegateError } from '@tidegate/kernel';
import { canBind, firstEphemeralPort } from './free-port.js';
import { codes } from './errors.js';

const FIRST = 10_240;
const TRIES = 500;

/** Unique real ports for the containers of one instance: a program that ignores HOST and listens everywhere still collides with nobody. */
export class RealPorts {
  private readonly used = new Set<number>();
  private readonly last: number;
  private cursor: number;

  /** `slot` spreads instances that run side by side. */
  constructor(slot: number) {
    const ephemeral = firstEphemeralPort();
    this.last = ephemeral > FIRST + 4096 ? ephemeral - 1 : 60_000;
    this.cursor = FIRST + ((slot * 347) % (this.last - FIRST));
  }

  /** Throws EMB_PORTS_EXHAUSTED after 500 ports that are taken. */
  async take(): Promise<number> {
    for (let i = 0; i < TRIES; i++) {
      const port = this.cursor;
      this.cursor = port >= this.last ? FIRST : port + 1;
      if (this.used.has(port)) continue;
      this.used.add(port);
      if (await canBind(port)) return port;
      this.used.delete(port);
    }
    throw new TidegateError(codes.EMB_PORTS_EXHAUSTED, `No free port was found for a container after ${TRIES} tries.`, {
      remedy: 'End programs that listen on many ports between 10240 and 32767.',
    });
  }

  /** Takes the port that a pod had before a restart. False when it is taken by now. */
  async reserve(port: number): Promise<boolean> {
    if (this.used.has(port)) return false;
    this.used.add(port);
    if (await canBind(port)) return true;
    this.used.delete(port);
    return false;
  }

  free(port: number): void {
    this.used.delete(port);
  }
}
