import { expose } from 'atelier-wasm/worker';

import { handlers } from './handlers.js';

expose(handlers);
