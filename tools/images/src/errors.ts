import { defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  IMG_PROGRAM_MISSING: 'a program that builds images is not installed',
  IMG_PROGRAM_FAILED: 'a program that builds images ended with an error',
  IMG_PACKAGE_DIFFERS: 'a Debian package is not the pinned one',
  IMG_ARCHITECTURE_UNKNOWN: 'no packages are pinned for the architecture',
  IMG_DEPENDENCY_MISSING: 'the lock file does not hold a dependency',
  IMG_NOT_BUILT: 'a project has no build output',
});
