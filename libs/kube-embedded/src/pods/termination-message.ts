import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { Container } from '@tidegate/kube';
import type { ContainerProcess } from './container-process.js';
import { logTail } from './read-log.js';

const MESSAGE_BYTES = 4096;
const LOG_TAIL_BYTES = 2048;

/** What a container left as its last words: its termination log inside its root, or the end of its log when it asks for that. */
export function terminationMessage(
  container: Container | undefined,
  process: ContainerProcess,
  exitCode: number,
  uid: number | undefined,
): { message?: string } {
  const file = path.join(process.rootDir, container?.terminationMessagePath ?? '/dev/termination-log');
  const written = readOwnFile(file, uid);
  if (written !== '') return { message: written };
  if (exitCode === 0 || container?.terminationMessagePolicy !== 'FallbackToLogsOnError') return {};
  const message = logTail(process.log.file, LOG_TAIL_BYTES);
  return message === '' ? {} : { message };
}

/** A pod may have put a link there: only a regular file that belongs to the pod's own user is read. Empty when there is none. */
function readOwnFile(file: string, uid: number | undefined): string {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return '';
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || (uid !== undefined && stat.uid !== uid)) return '';
    const buffer = Buffer.alloc(MESSAGE_BYTES);
    return buffer.subarray(0, readSync(fd, buffer, 0, MESSAGE_BYTES, 0)).toString('utf8');
  } finally {
    closeSync(fd);
  }
}
