import { expose, withContext } from 'atelier-wasm/worker';
import { checkpointOf } from './checkpoint.js';
import { autoLevels } from './pixels/levels.js';
import { unsharpMask } from './pixels/unsharp-mask.js';

expose({
  enhance: withContext((context, image) => {
    autoLevels(image);
    unsharpMask(image, checkpointOf(context));
    return image;
  }),
});
