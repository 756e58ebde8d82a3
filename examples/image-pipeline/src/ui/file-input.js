import { byId } from './element.js';

const hasFiles = (/** @type {DataTransfer | null} */ data) => data?.types.includes('Files');

/**
 * Takes the pictures that people open, drop anywhere on the page, or paste.
 * @param {(file: File) => void} onFile
 */
export function listenForFiles(onFile) {
  const input = /** @type {HTMLInputElement} */ (byId('file'));
  input.addEventListener('change', () => {
    take(input.files);
    input.value = ''; // so that the same file can be chosen again
  });

  const overlay = byId('drop-overlay');
  window.addEventListener('dragover', (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    overlay.hidden = false;
  });
  window.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) overlay.hidden = true; // the pointer has left the window
  });
  window.addEventListener('drop', (event) => {
    overlay.hidden = true;
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });

  window.addEventListener('paste', (event) => {
    if (hasFiles(event.clipboardData)) take(event.clipboardData.files);
  });

  /** @param {FileList} files */
  function take(files) {
    if (files.length > 0) onFile(files[0]);
  }
}
