import atelier from 'atelier-wasm/vite';

export default defineNuxtConfig({
  compatibilityDate: '2026-07-01',
  telemetry: false,
  app: { head: { title: 'Atelier with Nuxt', link: [{ rel: 'icon', href: 'data:,' }] } },
  vite: { plugins: [atelier()] },
  routeRules: {
    '/**': {
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
  },
});
