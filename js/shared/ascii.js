/**
 * @file Long strings of ASCII characters as bytes, by the platform's own codecs. Some engines give those
 * private memory only, so the bytes are copied once more, which takes a tenth of the time. Long strings
 * of other characters go by message: UTF-8 would take several times as long, and has no lone surrogates.
 */

/** Longer strings are faster by message. */
const STAGING_BYTES = 65536;

/** So many characters tell first whether it is worth trying. */
const PROBE = 64;

// Some test environments have neither.
const encoder = typeof TextEncoder === 'function' ? new TextEncoder() : undefined;
const decoder = typeof TextDecoder === 'function' ? new TextDecoder() : undefined;

/** @type {Uint8Array | undefined} */
let memory;
const staging = (/** @type {number} */ start, /** @type {number} */ end) =>
  (memory ??= new Uint8Array(STAGING_BYTES)).subarray(start, end);

/**
 * @param {string} text
 * @param {number} offset of other bytes that are still needed
 * @returns {Uint8Array | undefined} what is there until the next call of a function here; undefined if
 *   there are other characters in the text, or too many
 */
export function toAscii(text, offset) {
  const { length } = text;
  if (!encoder || offset + length > STAGING_BYTES) return undefined;
  for (let i = 0; i < PROBE && i < length; i++) if (text.charCodeAt(i) > 0x7f) return undefined;
  const target = staging(offset, offset + length);
  const { read, written } = encoder.encodeInto(text, target);
  return read === length && written === length ? target : undefined;
}

/** @param {Uint8Array} bytes in shared memory, of a text that toAscii has taken */
export function fromAscii(bytes) {
  const target = staging(0, bytes.length);
  target.set(bytes);
  // Without a decoder the engine is Node's, which takes so many arguments.
  return decoder ? decoder.decode(target) : fromUnits(target);
}

/** @param {Uint8Array | Uint16Array} units */
export function fromUnits(units) {
  return String.fromCharCode.apply(undefined, /** @type {any} */ (units));
}
