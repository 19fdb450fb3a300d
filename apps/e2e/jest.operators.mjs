import preset from '../../jest.preset.mjs';

// Programs and suites of others against `up --api-only`: minutes, and Go is needed.
export default {
  ...preset,
  displayName: 'operators',
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/operators/**/*.test.ts'],
  testTimeout: 1_200_000,
};
