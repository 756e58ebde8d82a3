import { Transfer, worker } from 'workerpool';

import { handlers } from './handlers.js';

worker({
  ...handlers,
  move: (/** @type {ArrayBuffer} */ buffer) => new Transfer(buffer, [buffer]),
});
