import { randomUUID } from 'node:crypto';
import { type WriteStream, createWriteStream, existsSync, openSync, renameSync, statSync } from 'node:fs';
import type { Clock, Logger } from '@tidegate/kernel';
import { microTime } from '@tidegate/kube';
import { readRequest } from '../api/request-info.js';
import type { UserInfo } from '../auth/rbac.js';

/** One request as the log sees it: begun when it comes, told when it is answered. */
export interface AuditedRequest {
  /** Of the header `Audit-Id`. */
  readonly id: string;
  /** Who asks, and as whom. */
  by(own: UserInfo, acting: UserInfo): void;
  /** A long answer begins (watch, log, exec). */
  started(status: number): void;
  completed(status: number): void;
}

export interface AuditLog {
  begin(request: { method: string; url: string; address: string; userAgent: string | undefined }): AuditedRequest;
  close(): Promise<void>;
}

/** The file before it is kept as FILE.1, and that one forgotten. */
const LARGEST_FILE_BYTES = 50 * 1024 * 1024;
const AGAIN_MS = 10_000;
/** What waits for a slow disk; more is told and lost rather than kept in memory. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

const userOf = ({ name, groups, uid, extra }: UserInfo): object => ({ username: name, ...(uid ? { uid } : {}), groups, ...(extra ? { extra } : {}) });

/**
 * Events of audit.k8s.io/v1 at level Metadata, one a line, of every request that comes over HTTPS: who, as whom, what, from where, and what came of it. No bodies.
 */
export function openAuditLog(file: string, { clock, log }: { clock: Clock; log: Logger }, largest = LARGEST_FILE_BYTES): AuditLog {
  let size = sizeOf(file);
  let stream = open();
  /** Until a failed file is tried again, so that no request is told of on its own. */
  let notBefore = 0;

  function open(): WriteStream {
    // Opened at once: what is still on its way goes to the file that was meant, whatever it is called by then.
    const made = createWriteStream(file, { fd: openSync(file, 'a', 0o600) });
    made.on('error', (error) => failed(error, 'the audit log cannot be written'));
    return made;
  }

  function failed(error: unknown, what: string): void {
    log.error({ err: error, file }, `${what}: events are lost`);
    notBefore = clock.monotonic() + AGAIN_MS;
  }

  /** The next file. Throws what the disk says. */
  function turn(): void {
    stream.end();
    // Somebody may have taken it away.
    if (existsSync(file)) renameSync(file, `${file}.1`);
    size = 0;
    stream = open();
  }

  /** A request goes on whatever becomes of its line. */
  function write(event: object): void {
    if (clock.monotonic() < notBefore) return;
    try {
      const line = `${JSON.stringify(event)}\n`;
      if (stream.writableLength > MOST_WAITING_BYTES) return failed(undefined, 'the disk is too slow for the audit log');
      if (stream.destroyed) stream = open();
      if (size > 0 && size + line.length > largest) turn();
      size += line.length;
      stream.write(line);
    } catch (error) {
      failed(error, 'the audit log cannot be written');
    }
  }

  return {
    begin({ method, url, address, userAgent }) {
      const id = randomUUID();
      const received = microTime(clock.now());
      const { pathname, searchParams } = new URL(url, 'https://kubernetes');
      const info = readRequest(method, pathname, Object.fromEntries(searchParams));
      let users: object = { user: {} };
      const tell = (stage: string, code: number): void =>
        write({
          kind: 'Event',
          apiVersion: 'audit.k8s.io/v1',
          level: 'Metadata',
          auditID: id,
          stage,
          requestURI: url,
          verb: info.verb,
          ...users,
          sourceIPs: [address],
          ...(userAgent === undefined ? {} : { userAgent }),
          ...(info.isResource ? { objectRef: referenceOf(info) } : {}),
          responseStatus: { metadata: {}, code },
          requestReceivedTimestamp: received,
          stageTimestamp: microTime(clock.now()),
        });
      return {
        id,
        by: (own, acting) => (users = { user: userOf(own), ...(own === acting ? {} : { impersonatedUser: userOf(acting) }) }),
        started: (status) => tell('ResponseStarted', status),
        completed: (status) => tell('ResponseComplete', status),
      };
    },
    close: () => new Promise((resolve) => (stream.destroyed ? resolve() : stream.end(() => resolve()))),
  };
}

type ResourceInfo = Extract<ReturnType<typeof readRequest>, { isResource: true }>;

function referenceOf({ plural, namespace, name, group, version, subresource }: ResourceInfo): object {
  return {
    resource: plural,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(group === '' ? {} : { apiGroup: group }),
    apiVersion: version,
    ...(subresource === undefined ? {} : { subresource }),
  };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    // The first start.
    return 0;
  }
}
