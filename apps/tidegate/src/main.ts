#!/usr/bin/env node
import { toUserText } from '@tidegate/kernel';
import { runCommand } from './commands/run-command.js';

try {
  process.exitCode = await runCommand(process.argv.slice(2));
} catch (error) {
  console.error(`tidegate: ${toUserText(error)}`);
  if (process.env['TIDEGATE_DEBUG']) console.error(error);
  process.exitCode = 1;
}
