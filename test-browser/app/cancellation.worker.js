import { expose, withContext } from 'atelier-wasm/worker';

/** @type {unknown} */
let last;

expose({
  untilAborted: withContext(async (ctx) => {
    ctx.progress('begun');
    await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
    if (!ctx.aborted) throw new Error('its signal has fired, but it is not aborted');
    last = ctx.signal.reason;
    ctx.throwIfAborted();
  }),
  lastReason: () => String(last),
});
