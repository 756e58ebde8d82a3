/** @file Takes longer to get ready than a worker may that does not import the package. */
import { expose } from 'atelier-wasm/worker';

await new Promise((resolve) => setTimeout(resolve, 2_000));
expose({ ok: () => 'ok' });
