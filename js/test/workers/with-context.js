/** @file Handlers with a context and without, as an object has them. */
import { expose, withContext } from 'atelier-wasm/worker';

const seen = (/** @type {any} */ ctx) => typeof ctx.callId;

const handlers = {
  scale: (/** @type {number} */ x, by = 10) => x * by,
  max: Math.max,
  all: (/** @type {any[]} */ ...args) => args,
  render: withContext((ctx, /** @type {number} */ x, by = 10) => [seen(ctx), x * by]),
  later: withContext(async (ctx, /** @type {any[]} */ ...args) => [seen(ctx), ...args]),
  rows: withContext(function* (ctx, /** @type {number} */ count = 2) {
    for (let i = 0; i < count; i++) yield [seen(ctx), i];
  }),
  rowsLater: withContext(async function* (ctx, /** @type {number} */ count = 2) {
    for (let i = 0; i < count; i++) yield [seen(ctx), i];
  }),
  /** What another copy of the package in the bundle has made. */
  other: Object.assign(() => 'direct', {
    [Symbol.for('atelier.handler')]: (/** @type {any} */ ctx, /** @type {any} */ x) => [
      seen(ctx),
      x,
    ],
  }),
  /** Expects a trailing context, as handlers once had it. */
  trailing: (/** @type {number} */ x, /** @type {any} */ ctx) => ctx.progress(x),
  direct: () => handlers.render(1),
};

expose(handlers);
