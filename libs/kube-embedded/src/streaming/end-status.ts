import type { EndStatus } from './stream-session.js';

/** What a client is told about a command that has ended: kubectl makes its own exit code of it. */
export function endStatus(exitCode: number): EndStatus {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

/** The command did not run at all, or its end is not known. */
export function failedStatus(sentence: string): EndStatus {
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${sentence}`,
    reason: 'InternalError',
    details: { causes: [{ message: sentence }] },
    code: 500,
  };
}
