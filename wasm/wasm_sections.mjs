/** @file Changes to a linked wasm (https://webassembly.github.io/spec/core/binary/modules.html). */

const HEADER_BYTES = 8;

/** Ids of sections. */
const CUSTOM = 0;
const EXPORTS = 7;

/** @param {number} value */
function leb128(value) {
  const bytes = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/** @param {Buffer} wasm */
function reader(wasm) {
  return {
    at: HEADER_BYTES,
    leb128() {
      let value = 0;
      let shift = 0;
      for (; wasm[this.at] > 0x7f; shift += 7) value |= (wasm[this.at++] & 0x7f) << shift;
      return value | (wasm[this.at++] << shift);
    },
    /** @param {number} bytes */
    take(bytes) {
      this.at += bytes;
      return wasm.subarray(this.at - bytes, this.at);
    },
  };
}

/**
 * @param {number} id
 * @param {number[]} body
 */
function section(id, body) {
  return Buffer.from([id, ...leb128(body.length), ...body]);
}

/** @param {string} name */
function encodeName(name) {
  return [...leb128(name.length), ...Buffer.from(name)];
}

/**
 * A wasm with a custom section at its end.
 * @param {Buffer} wasm
 * @param {string} name
 * @param {string} content
 */
export function withSection(wasm, name, content) {
  return Buffer.concat([wasm, section(CUSTOM, [...encodeName(name), ...Buffer.from(content)])]);
}

/**
 * A wasm whose exports have other names.
 * @param {Buffer} wasm
 * @param {Map<string, string>} names by the names that they have
 */
export function withExportNames(wasm, names) {
  const read = reader(wasm);
  while (read.at < wasm.length) {
    const start = read.at;
    const [id] = read.take(1);
    const bytes = read.leb128();
    if (id !== EXPORTS) {
      read.take(bytes);
      continue;
    }
    const count = read.leb128();
    const body = leb128(count);
    for (let i = 0; i < count; i++) {
      const name = read.take(read.leb128()).toString();
      const [kind] = read.take(1);
      body.push(...encodeName(names.get(name) ?? name), kind, ...leb128(read.leb128()));
    }
    const before = wasm.subarray(0, start);
    return Buffer.concat([before, section(EXPORTS, body), wasm.subarray(read.at)]);
  }
  throw new Error('the wasm has no exports');
}
