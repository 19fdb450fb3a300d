import { defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  STORE_FOLDER_IN_USE: 'Another process holds the data folder of an embedded cluster.',
  STORE_FORMAT_UNKNOWN: 'A data folder was written by another version of the object store.',
  STORE_CORRUPTED: 'The object store found damaged data in front of intact data.',
  STORE_WRITE_FAILED: 'The object store could not make a write durable.',
  STORE_CLOSED: 'The object store was asked for something after it was closed.',
});

/** Whether a system call failed with this code, e.g. ENOSPC. */
export function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
