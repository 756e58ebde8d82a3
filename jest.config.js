/** Jest on Node: the package's public API on the real wasm, with real worker threads. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/js/test/**/*.test.js'],
  transform: {},
};
