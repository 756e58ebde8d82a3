import { expose, Transfer } from 'threads/worker';

import { handlers } from './handlers.js';

expose({ ...handlers, move: (/** @type {ArrayBuffer} */ buffer) => Transfer(buffer) });
