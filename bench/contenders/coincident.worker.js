import coincident from 'coincident/worker';

import { handlers } from './handlers.js';

const { proxy } = await coincident();
Object.assign(proxy, handlers);
