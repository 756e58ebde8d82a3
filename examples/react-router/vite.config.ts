import { reactRouter } from '@react-router/dev/vite';
import atelier from 'atelier-wasm/vite';
import { defineConfig } from 'vite';

export default defineConfig({ plugins: [reactRouter(), atelier()] });
