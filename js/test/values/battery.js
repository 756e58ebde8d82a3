/** @file Values of every kind, for Node, pages and workers alike. */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {() => any} make a new value; may be asynchronous
 * @property {() => boolean} [needs] whether the engine has what it takes
 * @property {(value: any) => any[]} [transfer] all that can be transferred in the value, with what
 *   has to be
 */

class Point {
  x = 1;
  #hidden = 2;
  get sum() {
    return this.x + this.#hidden;
  }
}

class Tagged {
  buffer = new ArrayBuffer(3);
  get [Symbol.toStringTag]() {
    throw new Error('not for you');
  }
}

const bytes = (/** @type {number} */ length) =>
  Uint8Array.from({ length }, (_, index) => index * 7).buffer;
const has = (/** @type {string[]} */ ...names) => names.every((name) => name in globalThis);
/** @type {any} */
const ResizableBuffer = ArrayBuffer;
const canResize = 'resizable' in ArrayBuffer.prototype;
const isPage = has('document');

/** @type {Case[]} */
const cases = [];
const add = (/** @type {string} */ name, /** @type {() => any} */ make, rest = {}) =>
  cases.push({ name, make, ...rest });

for (const value of [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1.5,
  NaN,
  Infinity,
  -Infinity,
  2 ** 31,
  Number.MIN_VALUE,
  Number.MAX_SAFE_INTEGER,
  '',
  'text',
  'ünïcödé 🎈',
  '\ud800 alone',
  '\0',
  0n,
  -1n,
  2n ** 63n,
  -(2n ** 64n),
  7n ** 400n,
]) {
  const text = Object.is(value, -0) ? '-0' : JSON.stringify(String(value)).slice(0, 30);
  add(`${typeof value} ${text}`, () => value);
}
const long = (/** @type {number} */ length) =>
  'abcdefg'.repeat(Math.ceil(length / 7)).slice(0, length);
for (const length of [20, 21, 64, 500, 501, 4092, 4093, 4094, 65536, 65537]) {
  const text = long(length - 1);
  for (const [name, last] of Object.entries({
    ASCII: 'z',
    'a DEL': '\x7f',
    'a C1 control': '\x80',
    'a Latin-1 letter': 'ÿ',
    'a wide letter': 'Ā',
    'a high surrogate': '\ud83c',
    'a low surrogate': '\udf88',
    'a null': '\0',
  })) {
    add(`${length} characters that end with ${name}`, () => text + last);
  }
  add(`${length} characters that begin with a byte order mark`, () => `\ufeff${text}`);
  add(`${length} characters with an astral one`, () => `${text}🎈`);
}
add('a string of a megabyte', () => `${long(1_200_000)}\ud800`);
add('long strings beside each other', () => [long(600), long(2000), [`${long(700)}é`, long(550)]]);
add('long strings, as many as never fit', () =>
  Array.from({ length: 30 }, (_, i) => long(500 + i))
);
add('a long key', () => ({ [long(600)]: long(601) }));
add('a boxed long string', () => Object(long(600)));

for (const value of [true, false, -0, NaN, '', 'text', 5n, 2n ** 70n]) {
  add(`boxed ${typeof value} ${String(value)}`, () => Object(value));
}

add('a cycle', () => {
  const cycle = /** @type {any} */ ({ list: [] });
  cycle.list.push(cycle, cycle.list);
  return cycle;
});
add('a cycle through Map and Set', () => {
  const cycle = new Map();
  return cycle.set(new Set([cycle]), cycle);
});
add('shared references', () => {
  const shared = { date: new Date(5) };
  return { one: shared, two: [shared, shared.date], three: new Map([[shared, shared]]) };
});
add('a deep chain', () => {
  let chain = /** @type {any} */ (null);
  for (let i = 0; i < 200; i++) chain = { chain };
  return chain;
});

add(
  'a Map',
  () =>
    new Map(
      /** @type {any} */ ([
        [NaN, 1],
        [-0, {}],
        ['b', undefined],
      ])
    )
);
add('an empty Map with properties', () => Object.assign(new Map(), { extra: 1 }));
add('a Set', () => new Set([3, 1, 2, 'x', undefined]));
add('a Map subclass', () => new (class Registry extends Map {})([[1, 2]]));
add('a Date', () => new Date(1.5e12));
add('a Date before 1970', () => new Date(-1));
add('an invalid Date', () => new Date(NaN));
add('a RegExp with lastIndex', () => Object.assign(/a(b)?/giu, { lastIndex: 3 }));
add('a sticky RegExp', () => /^\/\n/msy);

for (const type of [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  EvalError,
  ReferenceError,
  URIError,
]) {
  add(type.name, () => new type('message', { cause: { reason: [1] } }));
}
add('an Error without a message', () => new Error());
add('an Error with an undefined cause', () => new Error('m', { cause: undefined }));
add('an Error with another name', () => Object.assign(new Error('m'), { name: 'Other', code: 5 }));
add('an Error subclass', () => new (class HttpError extends TypeError {})('m'));
add('an Error without a stack', () => {
  const error = new Error('m');
  delete error.stack;
  return error;
});
add('an AggregateError', () => new AggregateError([new Error('one')], 'all'));
add('a DOMException', () => new DOMException('m', 'AbortError'));

add('an array with holes', () => {
  const holes = [1, , undefined]; // eslint-disable-line no-sparse-arrays
  holes.length = 7;
  return holes;
});
add('an array with properties', () => Object.assign([1, 2], { extra: { x: 1 }, '-1': 0 }));
add('undefined properties', () => ({ a: undefined, b: null }));
add('keys that are numbers', () => ({ b: 1, 2: 1, 1: 2, '': 3 }));
add('a key __proto__', () => JSON.parse('{"__proto__": {"x": 1}}'));
add('a class instance', () => new Point());
add('a frozen object', () => Object.freeze({ inner: Object.freeze([1]) }));
add('a null-prototype object', () => Object.assign(Object.create(null), { a: 1 }));
add('inherited properties', () => Object.create({ inherited: 1 }, { own: { value: 1 } }));
add('Symbol keys', () => ({ [Symbol('s')]: 1, [Symbol.iterator]: 2, a: 3 }));
add('hidden properties', () => Object.defineProperty({ a: 1 }, 'hidden', { value: () => {} }));
add('a getter', () => ({
  get now() {
    return { x: 1 };
  },
}));
add('a getter that counts its calls', () => {
  let calls = 0;
  return {
    get calls() {
      return ++calls;
    },
    list: Object.defineProperty([1], 1, { get: () => ++calls, enumerable: true }),
  };
});
add('arguments', function () {
  return (function () {
    return arguments;
  })();
});
add('an object of a class whose tag throws', () => new Tagged(), {
  transfer: (/** @type {Tagged} */ { buffer }) => [buffer],
});
add('an object that says it is an ArrayBuffer', () => ({ [Symbol.toStringTag]: 'ArrayBuffer' }));
add('an instance that says it is a Map', () =>
  Object.create({ [Symbol.toStringTag]: 'Map' }, { a: { value: 1, enumerable: true } })
);
const fakePort = () => Object.assign(Object.create(MessagePort.prototype), {});
/** Whether a list is looked at before the value is cloned: in Deno it is after that, when buffers are gone. */
const isListFirst = () => {
  const stop = {};
  const value = {
    get stop() {
      throw stop;
    },
  };
  try {
    structuredClone(value, { transfer: [fakePort()] });
  } catch (error) {
    return error !== stop;
  }
  return true;
};
add('an object made from the prototype of a port', fakePort, { needs: isListFirst });

for (const type of /** @type {any[]} */ (
  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
    /** @type {any} */ (globalThis).Float16Array,
  ].filter(Boolean)
)) {
  const transfer = (/** @type {any} */ view) => [view.buffer];
  add(type.name, () => new type(bytes(48)), { transfer });
  add(`${type.name} on a part`, () => new type(bytes(48), 16, 2), { transfer });
  add(`${type.name} on nothing`, () => new type(new ArrayBuffer(0)), { transfer });
  if (!canResize) continue;
  const resizable = () => new ResizableBuffer(48, { maxByteLength: 96 });
  add(`${type.name} that tracks a length`, () => new type(resizable()), { transfer });
  add(`${type.name} that tracks a part`, () => new type(resizable(), 8), { transfer });
  add(`${type.name} of fixed length`, () => new type(resizable(), 8, 1), { transfer });
  const outOfBounds = () => {
    const view = new type(resizable(), 40, 1);
    view.buffer.resize(16);
    return view;
  };
  add(`${type.name} out of bounds`, outOfBounds, { transfer });
}
const viewed = { transfer: (/** @type {any} */ view) => [view.buffer] };
for (const length of [
  1,
  7,
  8,
  9,
  136,
  137,
  4095,
  4096,
  4097,
  65536,
  1 << 20,
  (1 << 20) + 100_000,
]) {
  add(`${length} bytes`, () => Uint8Array.from({ length }, (_, i) => (i < 300 ? i : 0)), viewed);
  add(`an object with ${length} bytes`, () => ({ data: new Int8Array(length), length }), {
    transfer: (/** @type {any} */ { data }) => [data.buffer],
  });
}
add(
  'views of other sizes beside each other',
  () => [
    new Float64Array([1.5, NaN, -0]),
    'text',
    { clamped: Uint8ClampedArray.of(1, 2, 3) },
    long(600),
    new DataView(bytes(5)),
    BigInt64Array.of(-1n),
    bytes(3),
  ],
  {
    transfer: (/** @type {any} */ [one, , { clamped }, , two, three, four]) => [
      ...[one, clamped, two, three].map(({ buffer }) => buffer),
      four,
    ],
  }
);
add('20 views', () => Array.from({ length: 20 }, (_, i) => Int16Array.of(i)), {
  transfer: (/** @type {any[]} */ list) => list.map((view) => view.buffer),
});
add('a view with properties', () => Object.assign(Uint8Array.of(1), { extra: 1 }), viewed);
add(
  'a view of a class of its own',
  () =>
    new (class Pixels extends Uint8ClampedArray {
      get buffer() {
        return super.buffer;
      }
      get byteLength() {
        return 1;
      }
      get [Symbol.toStringTag]() {
        return /** @type {any} */ ('Int8Array');
      }
      static get [Symbol.species]() {
        return Array;
      }
    })(4),
  viewed
);
add('a view without a prototype', () => Object.setPrototypeOf(Uint16Array.of(1, 2), null));
add('a view that looks like a Map', () => Object.setPrototypeOf(Uint16Array.of(1), Map.prototype));
add('a buffer that looks like an array', () => Object.setPrototypeOf(bytes(4), Array.prototype), {
  needs: isListFirst,
});
add('a view twice', () => Array(2).fill(Uint8Array.of(1, 2)), {
  transfer: (/** @type {any} */ [one]) => [one.buffer],
});
add(
  'a view beside its buffer',
  () => {
    const view = Uint8Array.of(1, 2);
    return { view, buffer: view.buffer };
  },
  { transfer: (/** @type {any} */ { buffer }) => [buffer] }
);
add(
  'two views of one buffer',
  () => {
    const buffer = bytes(8);
    return [new Uint8Array(buffer), new Float64Array(buffer)];
  },
  { transfer: (/** @type {any} */ [{ buffer }]) => [buffer] }
);
add('a Proxy of a view', () => new Proxy(Uint8Array.of(1), {}));
add('a Proxy of a buffer, beside one', () => [bytes(2), new Proxy(bytes(1), {})]);
add('a detached view', () => {
  const view = Uint8Array.of(1, 2);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
});
if (has('Buffer')) {
  add('a Buffer', () => Buffer.alloc(70_000, 'text'), viewed);
  add('a Buffer of a pool', () => Buffer.from('text'), { needs: () => false });
}
for (const length of [10, 11, 64, 65, 200]) {
  add(`${length} numbers`, () => Array.from({ length }, (_, i) => i - 0.5));
  add(`${length} objects`, () => Array.from({ length }, (_, i) => ({ i, text: `row ${i}` })));
  add(`an object beside ${length} more`, () => [0, ...Array.from({ length }, (_, i) => ({ i }))]);
  add(`${length} objects behind a getter`, () =>
    Object.defineProperty(
      Array.from({ length }, () => ({})),
      0,
      { get: () => ({ first: true }), enumerable: true }
    )
  );
}
const itself = { transfer: (/** @type {any} */ value) => [value] };
add('an ArrayBuffer', () => bytes(9), itself);
add('an empty ArrayBuffer', () => new ArrayBuffer(0), itself);
add('a resizable ArrayBuffer', () => new ResizableBuffer(4, { maxByteLength: 9 }), {
  ...itself,
  needs: () => canResize,
});
const shares = { needs: () => has('SharedArrayBuffer') }; // not on every page
add('a SharedArrayBuffer', () => new SharedArrayBuffer(8), shares);
add('a view on a SharedArrayBuffer', () => new Uint8Array(new SharedArrayBuffer(8), 2, 3), shares);
add(
  'a growable SharedArrayBuffer',
  () => new /** @type {any} */ (SharedArrayBuffer)(8, { maxByteLength: 16 }),
  { needs: () => has('SharedArrayBuffer') && 'growable' in SharedArrayBuffer.prototype }
);
add(
  'views that share a buffer',
  () => {
    const buffer = bytes(16);
    return [new Uint8Array(buffer, 4), { again: new DataView(buffer, 2, 3), buffer }];
  },
  { transfer: (/** @type {any} */ [{ buffer }]) => [buffer] }
);
add(
  'buffers nested everywhere',
  () => ({
    list: Object.assign([[bytes(1)]], { extra: bytes(2) }),
    map: new Map(/** @type {any} */ ([[bytes(3), new Set([bytes(4)])]])),
    cause: new Error('m', { cause: { buffer: bytes(5) } }),
    bare: Object.assign(Object.create(null), { buffer: bytes(6) }),
    point: Object.assign(new Point(), { buffer: bytes(7) }),
  }),
  {
    transfer: (/** @type {any} */ { list, map, cause, bare, point }) => [
      list[0][0],
      list.extra,
      ...map.keys(),
      ...[...map.values()].flatMap((set) => [...set]),
      cause.cause.buffer,
      bare.buffer,
      point.buffer,
    ],
  }
);
const immovable = () => (has('SharedArrayBuffer') ? new SharedArrayBuffer(1) : wasmMemory());
add('buffers where clones do not reach', () => ({
  error: Object.assign(new Error('m'), { buffer: bytes(1) }),
  map: Object.assign(new Map(), { buffer: bytes(2) }),
  date: Object.assign(new Date(0), { buffer: bytes(3) }),
  view: Object.assign(new Uint8Array(immovable()), { buffered: bytes(4) }),
  hidden: Object.defineProperty({}, 'buffer', { value: bytes(5) }),
  [Symbol('s')]: bytes(6),
}));
add('a buffer behind a getter', () => ({
  get buffer() {
    return bytes(4);
  },
}));
const wasmMemory = () => new WebAssembly.Memory({ initial: 1, maximum: 2 }).buffer;
const emptyModule = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
add('the buffer of a wasm memory', () => wasmMemory());
add(
  'a view on a wasm memory beside a buffer as large',
  () => [new Uint8Array(65536), new Uint8Array(wasmMemory(), 8, 8), bytes(5)],
  { transfer: (/** @type {any} */ [, , small]) => [small] }
);
add('a wasm module', () => new WebAssembly.Module(emptyModule));
add('a detached buffer', () => {
  const buffer = bytes(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
});
add('a buffer beside a view on a detached one', () => {
  const view = new Uint8Array(8);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return [bytes(8), view];
});
add('a buffer beside a function', () => [bytes(8), () => {}]);

add('a Blob', () => new Blob(['te', 'xt'], { type: 'text/plain' }));
add('a File', () => new File(['text'], 'n.txt', { lastModified: 5 }), { needs: () => has('File') });
add('a CryptoKey', () =>
  crypto.subtle.importKey('raw', bytes(16), 'AES-GCM', true, ['encrypt', 'decrypt'])
);
add(
  'a MessagePort with a message in it',
  () => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage('hello');
    return port2;
  },
  itself
);
const textStream = () =>
  new ReadableStream({
    start(controller) {
      controller.enqueue('text');
      controller.enqueue({ shared: new Map([[1, 2]]) });
      controller.close();
    },
  });
add('a ReadableStream', textStream, itself);
add('a WritableStream', () => new WritableStream(), itself);
add('a TransformStream', () => new TransformStream(), itself);
add('streams and buffers nested', () => [{ stream: textStream() }, new Set([bytes(3)])], {
  transfer: (/** @type {any} */ [{ stream }, set]) => [stream, ...set],
});
add(
  'a buffer beside a locked stream',
  () => {
    const stream = new ReadableStream();
    stream.getReader();
    return [bytes(4), stream];
  },
  { transfer: (/** @type {any} */ [, stream]) => [stream] }
);
add(
  'a VideoFrame',
  () =>
    new VideoFrame(new Uint8Array(16), {
      format: 'RGBA',
      codedWidth: 2,
      codedHeight: 2,
      timestamp: 3,
    }),
  { ...itself, needs: () => has('VideoFrame') }
);
add(
  'an AudioData',
  () =>
    new AudioData({
      format: 'f32',
      sampleRate: 8000,
      numberOfFrames: 2,
      numberOfChannels: 1,
      timestamp: 0,
      data: new Float32Array(2),
    }),
  { ...itself, needs: () => has('AudioData') }
);
add('an ImageData', () => new ImageData(new Uint8ClampedArray(bytes(16)), 2, 2), {
  needs: () => has('ImageData'),
  transfer: (/** @type {ImageData} */ { data }) => [data.buffer],
});
add('an ImageBitmap', () => createImageBitmap(new ImageData(3, 2)), {
  ...itself,
  needs: () => has('createImageBitmap'),
});
add('an OffscreenCanvas', () => new OffscreenCanvas(3, 2), {
  ...itself,
  needs: () => has('OffscreenCanvas'),
});
add(
  'a buffer beside an OffscreenCanvas with a context',
  () => {
    const canvas = new OffscreenCanvas(3, 2);
    canvas.getContext('2d');
    return [canvas, bytes(4)];
  },
  { transfer: (/** @type {any} */ list) => list, needs: () => has('OffscreenCanvas') }
);
for (const [name, make] of /** @type {[string, () => any][]} */ ([
  ['DOMPoint', () => new DOMPoint(1, 2, 3, 4)],
  ['DOMRect', () => new DOMRect(1, 2, 3, 4)],
  ['DOMQuad', () => new DOMQuad({ x: 1 })],
  ['DOMMatrix', () => new DOMMatrix([1, 2, 3, 4, 5, 6])],
])) {
  add(`a ${name}`, make, { needs: () => has(name) });
}
add(
  'a FileList',
  () => {
    const chosen = new DataTransfer();
    chosen.items.add(new File(['text'], 'n.txt', { lastModified: 5 }));
    return chosen.files;
  },
  { needs: () => isPage }
);
for (const [name, wrap] of /** @type {[string, (frame: any) => any][]} */ ([
  ['a Map of', (frame) => new frame.Map([[1, new frame.Uint8Array(3)]])],
  ['a Set of', (frame) => new frame.Set([new frame.ArrayBuffer(3)])],
  ['an Error of', (frame) => new frame.TypeError('m', { cause: new frame.Uint8Array(2) })],
])) {
  /** @type {(value: any) => any[]} */
  const transfer = (value) =>
    [...(value.values?.() ?? [value.cause ?? value])].map((inner) => inner.buffer ?? inner);
  const inFrame = () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    return wrap(frame.contentWindow);
  };
  add(`${name} another realm`, inFrame, { transfer, needs: () => isPage });
}
add(
  'a port of another realm',
  () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const { port1, port2 } = new /** @type {any} */ (frame.contentWindow).MessageChannel();
    port1.postMessage('hello');
    return port2;
  },
  { ...itself, needs: () => isPage }
);

add('a function', () => () => {});
add('a class', () => Point);
add('a function deep inside', () => new Map([[1, [{ callback() {} }]]]));
add('a Symbol', () => Symbol('s'));
add('a boxed Symbol', () => Object(Symbol('s')));
add('a Symbol deep inside', () => ({ list: [Symbol.iterator] }));
add('a Proxy', () => new Proxy({}, {}));
add('a Proxy whose traps throw', () => {
  const trap = () => {
    throw new Error('trapped');
  };
  return [
    new Proxy(
      {},
      {
        ownKeys: trap,
        getPrototypeOf: trap,
        get: (_, key) => (key === 'then' ? undefined : trap()),
      }
    ),
  ];
});
add('a WeakMap', () => new WeakMap());
add('a WeakSet', () => new WeakSet());
add('a WeakRef', () => new WeakRef({}));
add('a Promise inside', () => [Promise.resolve(1)]);
add('a generator', () => [(function* () {})()]); // alone, as a result, it is a stream
add('an iterator', () => new Map().entries());
add('a wasm memory', () => new WebAssembly.Memory({ initial: 1 }));
add('a getter that throws', () => ({
  buffer: bytes(8),
  get broken() {
    throw new RangeError('broken getter');
  },
}));
add('a getter that throws no error', () => ({
  get broken() {
    throw 'text';
  },
}));
add('a DOM node', () => document.createElement('p'), { needs: () => isPage });
add('a window', () => [window], { needs: () => isPage });
add('an Event', () => new Event('e'), { needs: () => isPage });

/** Those that this engine can make. */
export const battery = cases.filter(({ needs }) => needs?.() ?? true);

/** @param {string} name */
export function make(name) {
  const found = battery.find((one) => one.name === name);
  if (!found) throw new Error(`There is no '${name}' here.`);
  return found.make();
}
