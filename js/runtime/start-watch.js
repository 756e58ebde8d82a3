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
  /** Gives up now; takes why. */
  giveUp;
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #importTimer;
  #stopLoading;

  /**
   * @param {(loaded: () => void) => () => void} whenLoaded tells when the worker's script has loaded, but
   *   perhaps not what it imports; returns what ends that
   * @param {(error: Error) => void} giveUp
   */
  constructor(whenLoaded, giveUp) {
    const sinceMs = performance.now();
    this.giveUp = (/** @type {string} */ why) => giveUp(neverReady(why));
    const giveUpIn = (/** @type {number} */ ms, /** @type {string} */ why) =>
      setTimeout(this.giveUp, ms, why);
    this.#timer = giveUpIn(LONGEST_MS, `expose() was not called within ${LONGEST_MS / 1000} s`);
    this.#stopLoading = whenLoaded(() => {
      this.#stopLoading();
      this.#importTimer = giveUpIn(
        Math.max(IMPORT_MS, IMPORT_TIMES * (performance.now() - sinceMs)),
        'its script has loaded, but does not import atelier-wasm/worker'
      );
    });
  }

  /** Takes in that it has imported `atelier-wasm/worker`: it may await whatever it needs, then. */
  imported() {
    this.#stopLoading();
    clearTimeout(this.#importTimer);
  }

  end() {
    this.imported();
    clearTimeout(this.#timer);
  }
}

/** @param {string} why */
function neverReady(why) {
  return new Error(
    `The worker never became ready: ${why}. Call expose({ … }) from 'atelier-wasm/worker' at the ` +
      'top level of the script that worker() starts.'
  );
}
