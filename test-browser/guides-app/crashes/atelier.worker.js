import { expose, withContext } from 'atelier-wasm/worker';

expose({
  ping: () => 'pong',
  wait: withContext((ctx) => {
    ctx.progress('begun');
    return new Promise(() => {});
  }),
});
