import { defineConfig } from 'vite';
import atelier from 'atelier-wasm/vite';

export default defineConfig({ plugins: [atelier()] });
