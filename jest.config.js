/**
 * Jest on Node: the package's public API on the real wasm, with real worker threads; all of it twice,
 * with shared memory and by messages.
 */
const common = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/js/test/**/*.test.js'],
  setupFiles: ['<rootDir>/js/test/clear-timeline.js'],
  transform: {},
};

export default {
  testTimeout: 300_000, // for what hangs: a busy machine takes its time
  projects: [
    { ...common, displayName: 'shared-memory', globals: { ATELIER_MODE: 'shared-memory' } },
    {
      ...common,
      displayName: 'messages',
      globals: { ATELIER_MODE: 'messages' },
      moduleNameMapper: { '^atelier-wasm$': '<rootDir>/js/test/messages/atelier.js' },
    },
  ],
};
