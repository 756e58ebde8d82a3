import { createPipeline } from './pipeline.js';
import pipelineSource from './pipeline.js?raw';
import { SIZES } from './sizes.js';
import { showTimeline } from './timeline/timeline-view.js';
import { byId } from './ui/element.js';
import { listenForFiles } from './ui/file-input.js';
import { clearError, showError, showStatus } from './ui/notice.js';
import { showResult } from './ui/results.js';
import { setState, showProgress } from './ui/run-state.js';
import { loadSample, SAMPLES, showSamples } from './ui/samples.js';
import { decodable } from './ui/vector.js';

/**
 * @typedef {object} Picture
 * @property {string} name
 * @property {(signal: AbortSignal) => Promise<File>} load
 */

/** @type {Awaited<ReturnType<typeof createPipeline>> | undefined} */
let processImage;
/** @type {Picture | undefined} */
let lastPicture;
let current = new AbortController();

/**
 * Runs the pipeline on a picture; what is still running of an earlier one is cancelled.
 * @param {Picture} picture
 * @param {number} [times]
 */
async function run(picture, times = 1) {
  if (!processImage) return;
  current.abort(new DOMException('Another run was started.', 'AbortError'));
  current = new AbortController();
  const { signal } = current;
  const { name } = picture;
  lastPicture = picture;
  setState('running');
  clearError();
  showProgress(0);
  showStatus(`Opening ${name} …`);
  try {
    const file = await picture.load(signal);
    for (let i = 1; i <= times; i++) {
      showStatus(`Processing ${name}${times > 1 ? `, run ${i} of ${times}` : ''} …`);
      const result = await processImage(await decodable(file, SIZES[0].edge), {
        signal,
        onProgress: (share) => !signal.aborted && showProgress((i - 1 + share) / times),
      });
      if (signal.aborted) return;
      await showResult(file, result);
    }
    showStatus(`${name} is done.`);
    setState('done');
  } catch (error) {
    if (signal.aborted) return;
    showStatus('');
    showError(`${name} could not be processed.`, error);
    setState('failed');
  }
}

/** Cancels what is running; the page keeps what it shows. */
function cancel() {
  current.abort(new DOMException('The user cancelled the run.', 'AbortError'));
  showStatus(`${lastPicture?.name} was cancelled.`);
  setState('canceled');
}

/** @param {import('./ui/samples.js').Sample} sample */
const runSample = (sample) =>
  run({ name: sample.file, load: (signal) => loadSample(sample, signal) });

byId('source').textContent = pipelineSource;
showTimeline();
showSamples(runSample);
listenForFiles((file) => run({ name: file.name, load: async () => file }));
byId('cancel').addEventListener('click', cancel);
for (const button of document.querySelectorAll('[data-run]')) {
  const times = Number(button.getAttribute('data-run'));
  button.addEventListener('click', () => lastPicture && run(lastPicture, times));
}

setState('running');
try {
  const devtools = new URLSearchParams(location.search).has('devtools');
  processImage = await createPipeline({ devtools });
  await runSample(SAMPLES[0]);
} catch (error) {
  document.documentElement.dataset.unavailable = '';
  showError('The workers could not be started.', error);
  setState('failed');
}
