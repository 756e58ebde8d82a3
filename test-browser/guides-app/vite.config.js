export default {
  base: '/guides/',
  worker: { format: 'es' },
  build: { target: 'es2022', outDir: '../dist/guides', emptyOutDir: true },
};
