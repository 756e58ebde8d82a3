/** How long after the worker's creation it may take to call expose(), in ms, whatever is known of it. */
const LONGEST_MS = 30_000;

/**
 * How long after its script has loaded it may take to import `atelier-wasm/worker`, in ms, and in
 * times of what the script itself took to load: what it imports may still be on its way.
 */
const IMPORT_MS = 1_500;
const IMPORT_TIMES = 4;

/** Gives up on a worker that never calls expose(). */
export class StartWatch {
  #sinceMs = performance.now();
  #giveUp;
  /** @type {ReturnType<typeof setTimeout>} */
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #importTimer;
  #imported = false;

  /** @param {(error: Error) => void} giveUp */
  constructor(giveUp) {
    this.#giveUp = giveUp;
    this.#timer = setTimeout(
      () => giveUp(failure(`expose() was not called within ${LONGEST_MS / 1000} s`)),
      LONGEST_MS
    );
  }

  /** Takes in that the worker's script has loaded, but perhaps not what it imports. */
  loaded() {
    if (this.#imported || this.#importTimer !== undefined) return;
    const tookMs = performance.now() - this.#sinceMs;
    this.#importTimer = setTimeout(
      () => this.#giveUp(failure('its script has loaded, but does not import atelier-wasm/worker')),
      Math.max(IMPORT_MS, IMPORT_TIMES * tookMs)
    );
  }

  /** Takes in that it has imported `atelier-wasm/worker`: it may await whatever it needs, then. */
  imported() {
    this.#imported = true;
    clearTimeout(this.#importTimer);
  }

  end() {
    clearTimeout(this.#timer);
    clearTimeout(this.#importTimer);
  }
}

/** @param {string} what */
function failure(what) {
  return new Error(
    `The worker never became ready: ${what}. Call expose({ … }) from 'atelier-wasm/worker' at the ` +
      'top level of the script that worker() starts.'
  );
}
