import { defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  CLI_USAGE: 'A command was called with words or options that it does not know.',
  CLI_NOT_RUNNING: 'The command needs a running platform and there is none for this data folder.',
  CLI_ALREADY_RUNNING: 'The platform already runs for this data folder.',
  CLI_PORT_TAKEN: 'A port that the platform needs is used by another program.',
  CLI_DATA_VERSION: 'The data folder was made by another version of Tidegate that this one cannot read.',
  CLI_DATA_FOLDER: 'The data folder cannot be used.',
  CLI_DEMO_NOT_POSSIBLE: 'The demo cannot run on this instance as it is.',
  CLI_FILE_EXISTS: 'A file that a command would write exists.',
  CLI_CONTEXT: 'The file of contexts cannot be read, or has no context of that name.',
  CLI_NOT_FOUND: 'What a command is about does not exist, or may not be seen.',
  CLI_MANIFEST: 'A file of manifests cannot be applied as it is.',
  CLI_START_FAILED: 'A part of the platform did not start.',
});
