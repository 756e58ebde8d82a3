/** @file Takes longer to get ready than a worker may that does not import the package. */
import { setTimeout as sleep } from 'node:timers/promises';

import { expose } from 'atelier-wasm/worker';

await sleep(2_000);
expose({ ok: () => 'ok' });
