import { TidegateError } from '@tidegate/kernel';

/** A patch that cannot be applied, with the answer that Kubernetes gives. `reason` is the Status's reason. */
export class PatchRejected extends TidegateError {
  readonly status: 400 | 413 | 422 | 500;
  readonly reason: 'BadRequest' | 'RequestEntityTooLarge' | 'Invalid' | 'InternalError';

  constructor(status: PatchRejected['status'], sentence: string, options: { remedy?: string; cause?: unknown } = {}) {
    super('KUBE_PATCH_REJECTED', sentence, options);
    this.status = status;
    this.reason = reasons[status];
  }
}

const reasons = { 400: 'BadRequest', 413: 'RequestEntityTooLarge', 422: 'Invalid', 500: 'InternalError' } as const;
