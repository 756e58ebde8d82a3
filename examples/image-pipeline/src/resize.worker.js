import { expose, withContext } from 'atelier-wasm/worker';
import { decode } from './pixels/decode.js';
import { resampleToEdge } from './pixels/resample.js';

expose({
  decode: (file) => decode(file),
  scale: withContext((context, image, edge) =>
    resampleToEdge(image, edge, () => context.throwIfAborted())
  ),
});
