import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Ask } from './autoscaler-process.js';

/** The autoscaler's process: one answer for each message. */
export class MeasuredProcess {
  private readonly process: ChildProcess = fork(path.join(import.meta.dirname, 'autoscaler-process.js'));

  ask<T>(message: Ask): Promise<T> {
    return new Promise((resolve, reject) => {
      this.process.once('message', (answer: { said: T } | { failed: string }) =>
        'failed' in answer ? reject(new Error(answer.failed)) : resolve(answer.said),
      );
      this.process.send(message);
    });
  }

  end(): void {
    this.process.disconnect();
  }
}
