import { Connection } from '../../shared/connection.js';
import { performance } from '../../shared/performance.js';
import { VERSION } from '../../shared/protocol.js';
import { queueMicrotask } from '../../shared/timers.js';
import { quote } from '../../shared/check.js';
import { watchStart } from './start-watch.js';

/**
 * @typedef {import('../core.js').WasmModule} WasmModule
 * @typedef {import('../../platform/platform.js').Platform} Platform
 * @typedef {import('../../shared/protocol.js').Reply} Reply
 * @typedef {import('../../shared/protocol.js').ToWorker} ToWorker
 * @typedef {import('../../shared/connection.js').SentMessage} SentMessage
 */

const ADVICE =
  "Call expose({ … }) from 'atelier-wasm/worker' at the top level of the worker’s script.";

/**
 * @typedef {object} HostListeners
 * @property {(clock: { sentMs: number, workerMs: number, clockOffsetMs: number }) => void} ready
 *   the worker takes calls
 * @property {(what: string) => void} warn it has not called expose(), perhaps never will
 * @property {() => void} posted a message has been posted to it
 * @property {(reply: Reply) => void} reply
 * @property {(message: SentMessage) => void} lost one side could not read what the other has posted
 * @property {() => void} done there are replies in shared memory
 * @property {(cause: unknown) => void} crash it is no more; called once, and never after `end`
 * @property {() => void} stopped it has ended or crashed, and uses no shared memory any more; called
 *   once, as the last, and never from a method
 */

/**
 * One of the user's workers, from its creation to its end, as the host of a C++ thread. The script says
 * hello, which opens the runtime's channel. The owner starts a thread in it, and the thread says that it is
 * ready. Without shared memory there is no thread: the worker is told to start, and is ready.
 */
export class WorkerHost {
  #platform;
  #module;
  #listeners;
  #channel;
  #startTimeoutMs;
  /** @type {any} */
  #worker;
  /** @type {import('../../platform/platform.js').OpenChannel | undefined} */
  #openChannel;
  /** Since the worker has said hello. @type {Connection | undefined} */
  #connection;
  /** The thread's pthread_t, once it has been started; 0 before. */
  #thread = 0;
  #startedMs = 0;
  /** @type {string | undefined} the Web Lock that it holds */
  #lock;
  #ready = false;
  #ended = false;
  #endStartWatch = () => {};
  /**
   * What has come behind each message that could not be read. A stream with a gap would look whole:
   * nothing is handled before the worker has said which call has lost something.
   * @type {Reply[][]}
   */
  #behindUnread = [];

  /**
   * Makes the worker and begins to start it. Whatever fails, `crash` tells, not this.
   * @param {Platform} platform
   * @param {WasmModule} module
   * @param {() => any} makeWorker
   * @param {number} channel the address of its channel in the core
   * @param {number} startTimeoutMs
   * @param {HostListeners} listeners
   */
  constructor(platform, module, makeWorker, channel, startTimeoutMs, listeners) {
    this.#platform = platform;
    this.#module = module;
    this.#listeners = listeners;
    this.#channel = channel;
    this.#startTimeoutMs = startTimeoutMs;
    queueMicrotask(() => this.#start(makeWorker));
  }

  /**
   * @param {ToWorker} message
   * @param {Transferable[]} [transfer]
   * @throws {DOMException} DataCloneError
   */
  post(message, transfer) {
    this.#connection?.post(message, transfer);
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
    this.#endStartWatch();
    await this.#terminate();
  }

  /** @param {() => any} makeWorker */
  #start(makeWorker) {
    if (this.#ended) return;
    const take = (/** @type {any} */ data) => this.#take(data);
    try {
      this.#worker = this.#platform.makeWorker(makeWorker, take);
      const missing = this.#platform.workerMethods.find(
        (name) => typeof this.#worker?.[name] !== 'function'
      );
      if (missing) {
        throw new TypeError(
          `worker() must return ${this.#platform.workerName}, but ` +
            `${quote(this.#worker)} has no ${missing}().`
        );
      }
    } catch (cause) {
      this.#crash(cause);
      return;
    }
    if (this.#ended) {
      this.#worker.terminate(); // worker() has disposed its task
      return;
    }
    this.#endStartWatch = watchStart(
      this.#startTimeoutMs,
      () => this.#warn('has not called expose()'),
      () => {
        const limit = `startTimeoutMs (${this.#startTimeoutMs})`;
        this.#crash(new Error(`The worker never became ready within ${limit}. ${ADVICE}`));
      }
    );
    this.#openChannel = this.#platform.listen(this.#worker, {
      take,
      unread: () => {
        if (this.#ready) this.#connection?.check();
      },
      crash: (cause) => this.#crash(cause),
    });
  }

  /**
   * Handles what the worker has posted.
   * @param {any} data
   * @returns {boolean} whether it is for the runtime
   */
  #take(data) {
    if (this.#connection) return this.#connection.take(data);
    if (data?.type === 'atelier:hello') this.#connect(data);
    else if (data?.type === 'atelier:unexposed') {
      this.#warn('has not called expose(), and its script has ended');
    } else return false;
    return true;
  }

  /** @param {string} what it has done */
  #warn(what) {
    if (!this.#connection) this.#listeners.warn(`${what}. ${ADVICE}`);
  }

  /** @param {import('../../shared/protocol.js').Hello} hello */
  #connect(hello) {
    const { version, key } = hello;
    if (version !== VERSION) {
      this.#crash(
        new Error(`The worker runs atelier-wasm ${version}, the page ${VERSION}: use one version.`)
      );
      return;
    }
    const send = this.#openChannel?.(hello);
    const post = (
      /** @type {object} */ envelope,
      /** @type {Transferable[] | undefined} */ transfer
    ) => {
      send?.(envelope, transfer);
      if (this.#ready) this.#listeners.posted();
    };
    this.#connection = new Connection(key, post, {
      receive: (message) => {
        if (!this.#ended) this.#receive(message);
      },
      missed: () => this.#behindUnread.push([]),
      unread: (message) => this.#lose(message),
    });
    if (!this.#ended) this.#adopt();
  }

  /** @param {import('../../shared/protocol.js').FromWorker} message */
  #receive(message) {
    switch (message.type) {
      case 'ready':
        this.#begin(message);
        break;
      case 'done':
        this.#listeners.done();
        break;
      case 'lost':
        this.#lose(message.message);
        for (const reply of this.#behindUnread.shift() ?? []) {
          if (!this.#ended) this.#listeners.reply(reply);
        }
        break;
      default: {
        const reply = /** @type {Reply} */ (message); // what is the connection's own names no call
        const held = this.#behindUnread.at(-1);
        if (held) held.push(reply);
        else this.#listeners.reply(reply);
      }
    }
  }

  /** @param {SentMessage | undefined} message */
  #lose(message) {
    if (message && !this.#ended) this.#listeners.lost(message);
  }

  /** @param {import('../../shared/protocol.js').Ready} ready */
  #begin({ lock, nowMs, timeOrigin }) {
    this.#endStartWatch();
    this.#ready = true;
    this.#lock = lock;
    this.#platform.whenReleased(lock, () => this.#crash(new Error('The worker has ended.')));
    this.#listeners.ready({
      sentMs: this.#startedMs,
      workerMs: nowMs,
      clockOffsetMs: timeOrigin - performance.timeOrigin,
    });
  }

  #adopt() {
    this.#startedMs = performance.now();
    const { PThread } = this.#module;
    if (!PThread) {
      this.post({ type: 'start' });
      return;
    }
    PThread.unusedWorkers.push((message) => this.post(message));
    this.#thread = this.#module._startWorkerThread(this.#channel);
    if (this.#thread === 0) {
      PThread.unusedWorkers.pop();
      this.#crash(new Error('The wasm memory has no room for another thread.'));
    }
  }

  /** @param {unknown} cause */
  #crash(cause) {
    if (this.#ended) return;
    this.#ended = true;
    this.#endStartWatch();
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
