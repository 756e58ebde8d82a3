import { expose, withContext } from 'atelier-wasm/worker';
import { autoLevels } from './pixels/levels.js';
import { unsharpMask } from './pixels/unsharp-mask.js';

expose({
  enhance: withContext((context, image) => {
    autoLevels(image);
    unsharpMask(image, () => context.throwIfAborted());
    return image;
  }),
});
