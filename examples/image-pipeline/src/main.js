import { createPipeline } from './pipeline.js';
import pipelineSource from './pipeline.js?raw';
import { showTimeline } from './timeline/timeline-view.js';
import { byId } from './ui/element.js';
import { listenForFiles } from './ui/file-input.js';
import { clearError, showError, showStatus } from './ui/notice.js';
import { showResult } from './ui/results.js';
import { loadSample, SAMPLES, showSamples } from './ui/samples.js';

/** @typedef {import('./pipeline.js').Result} Result */

/** @type {((file: File, signal: AbortSignal) => Promise<Result>) | undefined} */
let processImage;
/** @type {(() => Promise<File>) | undefined} */
let lastPicture;
let current = new AbortController();

/**
 * Runs the pipeline on a picture; what is still running of an earlier one is cancelled.
 * @param {() => Promise<File>} getPicture
 * @param {number} [times]
 */
async function run(getPicture, times = 1) {
  if (!processImage) return;
  current.abort(new DOMException('Another run was started.', 'AbortError'));
  current = new AbortController();
  const { signal } = current;
  lastPicture = getPicture;
  setState('running');
  clearError();
  try {
    const file = await getPicture();
    for (let i = 1; i <= times; i++) {
      showStatus(`Processing ${file.name}${times > 1 ? `, run ${i} of ${times}` : ''} …`);
      const result = await processImage(file, signal);
      if (signal.aborted) return;
      await showResult(file, result);
    }
    showStatus(`${file.name} is done.`);
    setState('done');
  } catch (error) {
    if (signal.aborted) return;
    showStatus('');
    showError('This picture could not be processed.', error);
    setState('failed');
  }
}

/** @param {'running' | 'done' | 'failed'} state for scripts and styles */
function setState(state) {
  document.documentElement.dataset.pipeline = state;
}

byId('source').textContent = pipelineSource;
showTimeline();
showSamples((sample) => run(() => loadSample(sample)));
listenForFiles((file) => run(async () => file));
for (const button of document.querySelectorAll('[data-run]')) {
  const times = Number(button.getAttribute('data-run'));
  button.addEventListener('click', () => lastPicture && run(lastPicture, times));
}

setState('running');
try {
  const devtools = new URLSearchParams(location.search).has('devtools');
  processImage = await createPipeline({ devtools });
  await run(() => loadSample(SAMPLES[0]));
} catch (error) {
  document.documentElement.dataset.unavailable = '';
  showError('The workers could not be started.', error);
  setState('failed');
}
