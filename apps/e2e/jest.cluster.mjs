import preset from '../../jest.preset.mjs';

// Journeys on a real cluster: the one that KUBECONFIG names. Their steps build on each other.
export default {
  ...preset,
  displayName: 'cluster',
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/cluster/**/*.test.ts'],
  testTimeout: 600_000,
  bail: 1,
};
