const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const SPINNER_INTERVAL_MS = 100;
const ANNOUNCE_AFTER_MS = 5000;
const ERASE_LINE = '\r\x1b[2K';

/** A step of the set-up that cannot be done; its message is meant for the person at the terminal. */
export class SetupError extends Error {
  name = 'SetupError';

  /**
   * @param {string} title what could not be set up
   * @param {unknown} cause why
   * @param {string} byHand what to do instead
   */
  constructor(title, cause, byHand) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`✗ ${title} could not be set up: ${reason}\nBy hand: ${byHand}`, { cause });
  }
}

/**
 * Writes a line that is no step.
 *
 * @param {string} text
 */
export function note(text) {
  process.stdout.write(`… ${text}\n`);
}

/**
 * Does one step of the set-up and writes one line when it is done. A terminal sees a spinner with
 * the elapsed time meanwhile; other outputs get a sign of life if the step takes long.
 *
 * @template T
 * @param {string} title
 * @param {(progress: (detail: string) => void) => Promise<T>} work may report how far it has got,
 *   in a few words
 * @returns {Promise<T>} what `work` returned
 */
export async function step(title, work) {
  const started = performance.now();
  const elapsed = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  let detail = '';
  const stopShowing = process.stdout.isTTY
    ? spin(() => `${title}${detail && `: ${detail}`} (${elapsed()})`)
    : announceLater(title);
  let result;
  try {
    result = await work((text) => (detail = text));
  } finally {
    stopShowing();
  }
  process.stdout.write(`✓ ${title} (${elapsed()})\n`);
  return result;
}

/** @param {() => string} text */
function spin(text) {
  let frame = 0;
  const draw = () => {
    const line = `${SPINNER[frame++ % SPINNER.length]} ${text()}`;
    process.stdout.write(ERASE_LINE + line.slice(0, (process.stdout.columns || 80) - 1));
  };
  const timer = setInterval(draw, SPINNER_INTERVAL_MS);
  return () => {
    clearInterval(timer);
    process.stdout.write(ERASE_LINE);
  };
}

/** @param {string} title */
function announceLater(title) {
  const timer = setTimeout(() => note(title), ANNOUNCE_AFTER_MS);
  return () => clearTimeout(timer);
}
