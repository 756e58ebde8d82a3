import { createTaskRuntime } from 'atelier-wasm';
import { ANALYZED, SIZES } from './sizes.js';

/**
 * Starts the workers and returns what runs a picture through them.
 * @param {{ devtools?: boolean }} [options] whether DevTools shows a track for each worker
 */
export async function createPipeline({ devtools = false } = {}) {
  const runtime = await createTaskRuntime({ spans: { devtools } });

  const resize = runtime.defineTask({
    type: 'parallel',
    taskId: 'resize',
    taskName: 'Resize',
    worker: () => new Worker(new URL('./resize.worker.js', import.meta.url), { type: 'module' }),
    poolSize: 2, // the large size alone takes longer than the others together
    init: 'eager',
  });
  const enhance = runtime.defineTask({
    type: 'parallel',
    taskId: 'enhance',
    taskName: 'Enhance',
    worker: () => new Worker(new URL('./enhance.worker.js', import.meta.url), { type: 'module' }),
    poolSize: 2,
    init: 'eager',
  });
  const analyze = runtime.defineTask({
    type: 'singleton',
    taskId: 'analyze',
    taskName: 'Analyze',
    worker: () => new Worker(new URL('./analyze.worker.js', import.meta.url), { type: 'module' }),
    init: 'eager',
  });

  /**
   * @param {Blob} file
   * @param {AbortSignal} signal
   * @returns {Promise<Result>}
   */
  return function processImage(file, signal) {
    const [resizing, enhancing] = [resize, enhance].map((task) => task.with({ signal }));
    const analyzing = analyze.with({ signal, transfer: [] }); // copies: the pixels are shown, too

    return runtime.trace('process-image', async () => {
      const source = await resizing.decode(file);
      const scaled = await Promise.all(SIZES.map(({ edge }) => resizing.scale(source, edge)));
      const [before, ...images] = await Promise.all([
        analyzing.analyze(scaled[ANALYZED]),
        ...scaled.map((image) => enhancing.enhance(image)),
      ]);
      const after = await analyzing.analyze(images[ANALYZED]);

      const { width, height } = source;
      return { source: { width, height }, images, before, after };
    });
  };
}

/**
 * @typedef {object} Result
 * @property {{ width: number, height: number }} source
 * @property {import('./pixels/pixels.js').Pixels[]} images enhanced, one for each of SIZES
 * @property {import('./pixels/analyze.js').Analysis} before
 * @property {import('./pixels/analyze.js').Analysis} after
 */
