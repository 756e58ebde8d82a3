/**
 * @file Where the fields of a call's shared record are (SharedCallHeader in
 * cpp/atelier/shared/call_record.h; wasm/layout_asserts.cpp asserts the layout), as indices of 32-bit
 * words from the record's address / 4.
 */

export const RECORD_BYTES = 256;

export const Field = /** @type {const} */ ({
  spanId: 0, // two words, the low one first
  traceId: 2, // four: its high half, then its low one
  method: 6,
  payload: 7,
  argumentBytes: 9,
  replyBytes: 10,
  reply: 11,
  index: 12,
  generation: 13,
  transferResult: 14, // the low byte
});

/** Both ids come first. */
export const ID_WORDS = Field.method;

/** Of a method (cpp/atelier/shared/method.h), likewise. */
export const MethodField = /** @type {const} */ ({ nameBytes: 0, name: 1 });

/** How the end of a handler gets to the owner, as the core numbers it. @enum {number} */
export const Reply = /** @type {const} */ ({ message: 0, result: 1, error: 2 });

/** What WorkerChannel::finish has done, as the core numbers it. @enum {number} */
export const Finish = /** @type {const} */ ({ done: 0, tooLarge: 1, gone: 2 });

/** So much of small values fits (WorkerChannel::kScratchBytes). */
export const SCRATCH_BYTES = 4096;

/** Arguments and replies in shared memory are no larger: beyond that they are better posted. */
export const MAX_PAYLOAD_BYTES = 0x110000;

/**
 * Where what comes behind an address or a size begins: only so are bytes copied by words.
 * @param {number} offset
 */
export const aligned = (offset) => (offset + 7) & ~7;
