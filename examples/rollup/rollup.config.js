import nodeResolve from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';

export default {
  input: ['src/main.ts', 'src/primes.worker.ts'],
  output: { dir: 'dist' },
  plugins: [nodeResolve({ browser: true }), esbuild({ target: 'es2022', minify: true })],
};
