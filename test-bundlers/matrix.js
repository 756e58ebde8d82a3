import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Combination a bundler, in a version, with what is run of it; commands are the
 *   example's npm scripts with their arguments
 * @property {string} bundler as docs/bundlers.md names it
 * @property {string} version
 * @property {string} example folder in `examples`
 * @property {string[]} [packages] to install in other versions than the example names
 * @property {string[]} [dev] starts the development server, if there is one
 * @property {string[]} build
 * @property {string[]} [serve] serves what was built; default: a static host
 */

/** @param {string} example @param {string} name */
function versionOf(example, name) {
  const path = new URL(`../examples/${example}/package.json`, import.meta.url);
  const { dependencies, devDependencies } = JSON.parse(readFileSync(path, 'utf8'));
  return { ...dependencies, ...devDependencies }[name];
}

const VITE_BEFORE = '7.3.8';
const VITE = {
  bundler: 'Vite',
  example: 'vite',
  dev: ['dev'],
  build: ['build'],
  serve: ['preview'],
};
const NEXT = {
  example: 'next',
  version: versionOf('next', 'next'),
  serve: ['start', '--port', '0'],
};

/** @type {Combination[]} */
export const MATRIX = [
  { ...VITE, version: versionOf('vite', 'vite') },
  { ...VITE, version: VITE_BEFORE, packages: [`vite@${VITE_BEFORE}`] },
  {
    bundler: 'webpack',
    version: versionOf('webpack', 'webpack'),
    example: 'webpack',
    dev: ['dev'],
    build: ['build'],
  },
  {
    bundler: 'Rspack',
    version: versionOf('rspack', '@rspack/core'),
    example: 'rspack',
    dev: ['dev'],
    build: ['build'],
  },
  {
    bundler: 'Rollup',
    version: versionOf('rollup', 'rollup'),
    example: 'rollup',
    build: ['build'],
  },
  {
    bundler: 'esbuild',
    version: versionOf('esbuild', 'esbuild'),
    example: 'esbuild',
    build: ['build'],
  },
  {
    bundler: 'Parcel',
    version: versionOf('parcel', 'parcel'),
    example: 'parcel',
    dev: ['dev'],
    build: ['build'],
  },
  {
    ...NEXT,
    bundler: 'Next.js, Turbopack',
    dev: ['dev', '--port', '0'],
    build: ['build'],
  },
  {
    ...NEXT,
    bundler: 'Next.js, webpack',
    dev: ['dev', '--webpack', '--port', '0'],
    build: ['build', '--webpack'],
  },
];
