/** @type {MessageChannel | undefined} */
let channel;
/** @type {(() => void)[]} */
const callbacks = [];

/**
 * Calls back in a macrotask of its own, sooner than a timer would; for browsers.
 * @param {() => void} callback
 */
export function nextMacrotask(callback) {
  if (!channel) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => callbacks.shift()?.();
  }
  callbacks.push(callback);
  channel.port2.postMessage(undefined);
}
