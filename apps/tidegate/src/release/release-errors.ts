import { TidegateError, defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  CLI_RELEASE_USAGE: 'A release command was not understood.',
  CLI_RELEASE_NOT_FOUND: 'A release or Strategy that a command names does not exist.',
  CLI_RELEASE_REFUSED: 'A release cannot do what was asked in the state it is in.',
  CLI_RECORDING_INVALID: 'A file to replay is not a recording.',
});

export function misused(message: string): TidegateError {
  return new TidegateError(codes.CLI_RELEASE_USAGE, message, { remedy: 'See "tidegate release help".' });
}
