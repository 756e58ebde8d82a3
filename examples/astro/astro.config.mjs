import node from '@astrojs/node';
import { defineConfig } from 'astro/config';
import atelier from 'atelier-wasm/vite';

export default defineConfig({
  output: 'server',
  adapter: node({ mode: 'standalone' }),
  vite: { plugins: [atelier()] },
});
