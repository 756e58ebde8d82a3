import { expose } from 'atelier-wasm/worker';

expose({
  exit: () => process.exit(3),
  ok: () => 'ok',
});
