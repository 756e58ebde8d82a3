import { expose, transfer } from 'comlink';

import { handlers } from './handlers.js';

expose({ ...handlers, move: (/** @type {ArrayBuffer} */ buffer) => transfer(buffer, [buffer]) });
