/** Type tests of `atelier-wasm/vite`; see types.check.ts. That Vite takes it, its examples' builds tell. */
import atelier from 'atelier-wasm/vite';
import type { AtelierPlugin } from 'atelier-wasm/vite';

atelier() satisfies AtelierPlugin;
atelier().config({}) satisfies { worker?: { format?: 'es' | 'iife' } };
// @ts-expect-error: it has no options
atelier({});
