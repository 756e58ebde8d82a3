import { expose } from 'atelier-wasm/worker';
import { decode } from './pixels/decode.js';
import { resampleToEdge } from './pixels/resample.js';

expose({
  decode: (file) => decode(file),
  scale: (image, edge, context) => resampleToEdge(image, edge, () => context.throwIfAborted()),
});
