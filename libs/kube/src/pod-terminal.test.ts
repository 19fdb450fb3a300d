import { readCommandEnd } from './pod-terminal.js';

it.each([
  { name: 'success', status: { status: 'Success' }, end: { exitCode: 0 } },
  { name: 'an exit code', status: { status: 'Failure', reason: 'NonZeroExitCode', message: 'exit status 7', details: { causes: [{ reason: 'ExitCode', message: '7' }] } }, end: { exitCode: 7 } },
  { name: 'a command that did not run', status: { status: 'Failure', reason: 'InternalError', message: 'no such file', details: { causes: [{ message: 'no such file' }] } }, end: { because: 'no such file' } },
  { name: 'a failure without words', status: { status: 'Failure' }, end: { because: 'How the command ended was not told.' } },
])('reads the end of a command: $name', ({ status, end }) => {
  expect(readCommandEnd(JSON.stringify(status))).toEqual(end);
});

it('takes what is no Status for no end that is known', () => {
  expect(readCommandEnd('{')).toEqual({ because: 'How the command ended was not told.' });
});
