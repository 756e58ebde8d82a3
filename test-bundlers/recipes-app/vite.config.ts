import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import atelier from 'atelier-wasm/vite';
import { defineConfig } from 'vite';

export default defineConfig({ appType: 'mpa', plugins: [atelier(), svelte(), vue()] });
