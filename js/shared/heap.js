/** The wasm memory, as JavaScript reads and writes it in place. */
export class Heap {
  #memory;

  /** @param {WebAssembly.Memory} memory */
  constructor(memory) {
    this.#memory = memory;
    /** @type {Uint8Array} */
    this.bytes = new Uint8Array(memory.buffer);
    /** @type {Uint32Array} by an address / 4 */
    this.words = new Uint32Array(memory.buffer);
    /** @type {DataView} */
    this.view = new DataView(memory.buffer);
  }

  /**
   * To be called before a place is read or written that may be new: the memory grows.
   * @param {number} end the address behind it
   * @returns {this}
   */
  upTo(end) {
    if (end > this.bytes.length) {
      const memory = this.#memory;
      // V8 may miss that another thread has grown it, until this thread calls grow() (docs/engines.md).
      if (end > memory.buffer.byteLength) memory.grow(0);
      const { buffer } = memory;
      this.bytes = new Uint8Array(buffer);
      this.words = new Uint32Array(buffer);
      this.view = new DataView(buffer);
    }
    return this;
  }
}
