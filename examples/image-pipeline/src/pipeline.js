import { createTaskRuntime } from 'atelier-wasm';
import { joinProgress } from './progress.js';
import { ANALYZED, SIZES } from './sizes.js';

/** How much of a run each call is, about. */
const WORK = { decode: 1, scale: 8, enhance: 1, analyze: 1 };
const ALL_WORK = WORK.decode + SIZES.length * (WORK.scale + WORK.enhance) + 2 * WORK.analyze;

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
   * @param {Blob | ImageBitmap} picture
   * @param {{ signal: AbortSignal, onProgress: (share: number) => void }} options
   * @returns {Promise<Result>}
   */
  return function processImage(picture, { signal, onProgress }) {
    const part = joinProgress(ALL_WORK, onProgress);
    const [resizing, enhancing] = [resize, enhance].map((task) => task.with({ signal }));
    const analyzing = analyze.with({ signal, transfer: [] }); // copies: the pixels are shown, too

    return runtime.trace('process-image', async () => {
      const source = await resizing.with(part(WORK.decode)).decode(picture);
      const scaled = await Promise.all(
        SIZES.map(({ edge }) => resizing.with(part(WORK.scale)).scale(source, edge))
      );
      const [before, ...images] = await Promise.all([
        analyzing.with(part(WORK.analyze)).analyze(scaled[ANALYZED]),
        ...scaled.map((image) => enhancing.with(part(WORK.enhance)).enhance(image)),
      ]);
      const after = await analyzing.with(part(WORK.analyze)).analyze(images[ANALYZED]);

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
