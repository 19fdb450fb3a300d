import { connect } from 'node:net';
import { listeningSockets, socketInodes } from '../network/port-holder.js';
import { processTable } from './process-table.js';

const CONNECT_LIMIT_MS = 1000;

/**
 * Whether somebody accepts connections there. By connecting, as a tcpSocket probe does: reading the machine's table of sockets takes the
 * kernel 10 ms and more at a time.
 */
export function listensOn(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (listens: boolean): void => {
      socket.destroy();
      resolve(listens);
    };
    socket.setTimeout(CONNECT_LIMIT_MS, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

/** Inodes of every socket that the processes of a session have open. */
export function sessionInodes(session: number): Set<string> {
  return new Set(
    processTable()
      .filter((p) => p.session === session)
      .flatMap((p) => [...socketInodes(p.pid)]),
  );
}

/** Everything that the processes of a session listen on, at most eight. */
export function listensInstead(session: number): string[] {
  const inodes = sessionInodes(session);
  return listeningSockets(session)
    .filter((s) => inodes.has(s.inode))
    .map((s) => `${s.address}:${s.port}`)
    .slice(0, 8);
}

/** The sentence for a program that does not keep to HOST and PORT. */
export function notListeningText(container: string, host: string, port: number, instead: string[]): string {
  const where = instead.length === 0 ? 'it listens on no port at all' : `it listens on ${instead.join(', ')} instead`;
  return `container ${container} does not listen on ${host}:${port}, the address it was given as HOST and PORT: ${where}. Let the program read HOST and PORT from its environment.`;
}
