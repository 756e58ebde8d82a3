/** @file Talks with its page by messages of its own, before `expose()` and after. */
import { expose } from 'atelier-wasm/worker';

/** @type {unknown[]} */
const heardBefore = [];
/** @type {unknown[]} */
const heard = [];
self.addEventListener('message', ({ data }) => void heardBefore.push(data));
let answers = 0;

expose({
  heard: () => [heardBefore, heard],
  large: () => new Uint8Array(100_000),
  /** Answers 100 calls. The next one ends the worker. */
  end(/** @type {'throw' | 'throw later' | 'close'} */ way) {
    answers += 1;
    if (answers <= 100) return new Uint8Array(10_000);
    const fail = () => {
      throw new Error('outside of any handler');
    };
    if (way === 'throw') queueMicrotask(fail);
    else if (way === 'throw later') setTimeout(fail);
    else self.close();
    return new Promise(() => {});
  },
});

self.onmessage = ({ data }) => {
  heard.push(data);
  if (data?.echo) self.postMessage(data.echo);
};
