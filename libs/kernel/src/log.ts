import { pino, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Keys whose values never reach a log, at any of the usual depths. */
const SECRET_KEYS = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'privateKey',
  'key',
  'client-key-data',
  'data',
  'stringData',
];

/** JSON lines on stderr, so that stdout stays for what a command prints. Level from `level`, default info. */
export function createLogger(name: string, level = 'info'): Logger {
  const paths = SECRET_KEYS.flatMap((k) => [`["${k}"]`, `*["${k}"]`, `*.*["${k}"]`]);
  return pino({ name, level, redact: { paths, censor: '[redacted]' }, base: { name } }, pino.destination({ fd: 2, sync: false }));
}
export const silentLogger: Logger = pino({ level: 'silent' });
