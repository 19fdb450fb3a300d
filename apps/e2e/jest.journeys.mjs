import preset from '../../jest.preset.mjs';

// Journeys start the built product as a newcomer would; they run one after the other and after everything else.
export default {
  ...preset,
  displayName: 'journeys',
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/journeys/**/*.test.ts'],
  testTimeout: 600_000,
};
