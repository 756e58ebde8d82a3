import { expose, withContext } from 'atelier-wasm/worker';
import { checkpointOf } from './checkpoint.js';
import { decode } from './pixels/decode.js';
import { resampleToEdge } from './pixels/resample.js';

expose({
  decode: withContext((context, picture) => decode(picture, checkpointOf(context))),
  scale: withContext((context, image, edge) => resampleToEdge(image, edge, checkpointOf(context))),
});
