import { ReceivedMessages, SentMessages } from '../shared/counted-messages.js';
import { isOurs, VERSION } from '../shared/protocol.js';
import { StartWatch } from './start-watch.js';

/**
 * @typedef {import('./core.js').WasmModule} WasmModule
 * @typedef {import('../platform/platform.js').Platform} Platform
 * @typedef {import('../shared/protocol.js').FromWorker} FromWorker
 * @typedef {import('../shared/protocol.js').Reply} Reply
 * @typedef {import('../shared/protocol.js').ToWorker} ToWorker
 * @typedef {import('../shared/counted-messages.js').SentMessage} SentMessage
 */

/**
 * @typedef {object} HostListeners
 * @property {(clock: { sentMs: number, workerMs: number, clockOffsetMs: number }) => void} ready
 *   the worker takes calls
 * @property {() => void} posted a message has been posted to it
 * @property {(reply: Reply) => void} reply
 * @property {(message: SentMessage) => void} lost one side could not read what the other has posted
 * @property {() => void} done there are replies in shared memory
 * @property {(cause: unknown) => void} crash it is no more; called once, and never after `end`
 * @property {() => void} stopped it has ended or crashed, and uses no shared memory any more; called
 *   once, as the last, and never from a method
 */

/**
 * One of the user's workers, from its creation to its end, as the host of a C++ thread. It is
 * adopted in steps: the script says hello, the wasm module is loaded into it and the thread is
 * started, the thread says that it is ready. Without shared memory it hosts none: it is told to start,
 * and is ready.
 */
export class WorkerHost {
  #platform;
  #module;
  #listeners;
  #port;
  /** @type {any} */
  #worker;
  /** The thread's pthread_t, once it has been started; 0 before. */
  #thread = 0;
  #startedMs = 0;
  /** @type {string | undefined} the Web Lock that it holds */
  #lock;
  #adopted = false;
  #ready = false;
  #ended = false;
  /** @type {StartWatch | undefined} */
  #startWatch;
  #sent = new SentMessages();
  #received = new ReceivedMessages((message) => this.post(message));
  /**
   * What has come behind each message that could not be read. A stream with a gap would look whole:
   * nothing is taken in before the worker has said which call has lost something.
   * @type {Reply[][]}
   */
  #behindUnread = [];

  /**
   * Makes the worker and begins to start it. Whatever fails, `crash` tells, not this.
   * @param {Platform} platform
   * @param {WasmModule} module
   * @param {() => any} makeWorker
   * @param {number} port the address of its port in the core
   * @param {HostListeners} listeners
   */
  constructor(platform, module, makeWorker, port, listeners) {
    this.#platform = platform;
    this.#module = module;
    this.#listeners = listeners;
    this.#port = port;
    queueMicrotask(() => this.#start(makeWorker));
  }

  /**
   * @param {ToWorker} message
   * @param {Transferable[]} [transfer]
   * @throws {DOMException} DataCloneError
   */
  post(message, transfer = []) {
    this.#platform.post(this.#worker, message, transfer);
    this.#sent.add(message);
    this.#listeners.posted();
  }

  /**
   * Whether the process waits for this worker (Node). It does until the worker is ready.
   * @param {boolean} busy
   */
  keepAlive(busy) {
    if (this.#ready && !this.#ended) this.#platform.keepAlive(this.#worker, busy);
  }

  /**
   * Ends the worker; nothing is heard of it any more.
   * @returns {Promise<void>} resolves when it has stopped, where the platform tells, or at once
   */
  async end() {
    if (this.#ended) return;
    this.#ended = true;
    this.#startWatch?.end();
    await this.#terminate();
  }

  /** @param {() => any} makeWorker */
  #start(makeWorker) {
    if (this.#ended) return;
    try {
      this.#worker = makeWorker();
      if (typeof this.#worker?.postMessage !== 'function') {
        throw new TypeError(`worker() must return a Worker, but returned ${this.#worker}.`);
      }
    } catch (cause) {
      this.#crash(cause);
      return;
    }
    if (this.#ended) {
      this.#worker.terminate(); // worker() has disposed its task
      return;
    }
    this.#startWatch = new StartWatch(
      (loaded) => this.#platform.whenLoaded(this.#worker, loaded),
      (error) => this.#crash(error)
    );
    this.#platform.listen(this.#worker, {
      message: (message) => this.#receive(message),
      unread: () => this.#missRead(),
      crash: (cause) => this.#crash(cause),
    });
  }

  /** @param {any} message */
  #receive(message) {
    if (!isOurs(message) || this.#ended) return;
    switch (message.type) {
      case 'atelier:imported':
        this.#startWatch?.imported();
        return;
      case 'atelier:unexposed':
        if (!this.#ready) this.#startWatch?.giveUp(message.why);
        return;
      case 'atelier:hello':
        this.#adopt(message);
        return;
    }
    this.#received.add();
    switch (message.type) {
      case 'atelier:ready':
        if (this.#adopted && !this.#ready) this.#begin(message);
        break;
      case 'atelier:done':
        this.#listeners.done();
        break;
      case 'atelier:read':
        this.#sent.forget(message.count);
        break;
      case 'atelier:unread':
        this.#lose(this.#sent.get(message.number));
        break;
      case 'atelier:lost':
        this.#lose(message.message);
        for (const reply of this.#behindUnread.shift() ?? []) this.#reply(reply);
        break;
      default:
        if (this.#behindUnread.length === 0) this.#reply(message);
        else this.#behindUnread.at(-1)?.push(message);
    }
  }

  /** @param {Reply} reply */
  #reply(reply) {
    if (!this.#ended) this.#listeners.reply(reply);
  }

  /** Takes in that there was a message that could not be read. */
  #missRead() {
    if (this.#ended) return;
    this.#behindUnread.push([]);
    this.#received.addUnread();
  }

  /** @param {SentMessage | undefined} message */
  #lose(message) {
    if (message) this.#listeners.lost(message);
  }

  /** @param {import('../shared/protocol.js').Ready} ready */
  #begin({ lock, nowMs, timeOrigin }) {
    this.#startWatch?.end();
    this.#ready = true;
    this.#lock = lock;
    this.#platform.whenReleased(lock, () => this.#crash(new Error('The worker has ended.')));
    this.#listeners.ready({
      sentMs: this.#startedMs,
      workerMs: nowMs,
      clockOffsetMs: timeOrigin - performance.timeOrigin,
    });
  }

  /** @param {import('../shared/protocol.js').Hello} hello */
  #adopt({ version }) {
    if (this.#adopted) return;
    this.#adopted = true;
    if (version !== VERSION) {
      this.#crash(
        new Error(`The worker runs atelier-wasm ${version}, the page ${VERSION}: use one version.`)
      );
      return;
    }
    const { PThread } = this.#module;
    if (!PThread) {
      this.#startedMs = performance.now();
      this.post({ type: 'atelier:start' });
      return;
    }
    PThread.loadWasmModuleToWorker(this.#worker);
    PThread.unusedWorkers.push(this.#worker);
    this.#startedMs = performance.now();
    this.#thread = this.#module._startWorkerThread(this.#port);
    if (this.#thread === 0) {
      PThread.unusedWorkers.pop();
      this.#crash(new Error('The wasm memory has no room for another thread.'));
    }
  }

  /** @param {unknown} cause */
  #crash(cause) {
    if (this.#ended) return;
    this.#ended = true;
    this.#startWatch?.end();
    this.#terminate();
    this.#listeners.crash(cause);
  }

  #terminate() {
    const thread = this.#thread;
    const ended = this.#worker?.terminate?.();
    if (thread === 0) queueMicrotask(this.#listeners.stopped);
    else {
      this.#platform.whenStopped(this.#worker, this.#lock, () => {
        this.#module._forgetWorkerThread(thread);
        this.#listeners.stopped();
      });
    }
    return ended;
  }
}
