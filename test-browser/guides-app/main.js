/** @file The modules of the guides for those who come from other packages, for guides.spec.js. */
Object.assign(globalThis, {
  // @ts-ignore Vite's
  guides: import.meta.glob(['./from-comlink/*.js', './from-workerpool/*.js', './crashes/calls.js']),
});
document.documentElement.dataset.ready = '';
