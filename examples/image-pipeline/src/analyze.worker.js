import { expose, withContext } from 'atelier-wasm/worker';
import { checkpointOf } from './checkpoint.js';
import { analyze } from './pixels/analyze.js';

expose({
  analyze: withContext((context, image) => analyze(image, checkpointOf(context))),
});
