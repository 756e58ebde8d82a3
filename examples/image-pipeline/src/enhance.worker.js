import { expose } from 'atelier-wasm/worker';
import { autoLevels } from './pixels/levels.js';
import { unsharpMask } from './pixels/unsharp-mask.js';

expose({
  enhance(image, context) {
    autoLevels(image);
    unsharpMask(image, () => context.throwIfAborted());
    return image;
  },
});
