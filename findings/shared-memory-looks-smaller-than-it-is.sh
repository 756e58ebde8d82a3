#!/usr/bin/env bash
# Deno 2.9.6 (V8 15.0), and less often Node 26.10 (V8 14.6): where a shared wasm memory grows while a worker receives it,
# the worker's `memory.buffer` keeps the old length, also many turns later, until the memory grows once more or the
# worker calls `memory.grow(0)`. Guessed before: the buffer has the length that the memory has. Node 20 and 22, Bun 1.4
# and Chromium 156 do not show it. Known for Chrome 149: https://github.com/toyobayashi/emnapi/issues/217.
#
# Seen: {"workers":20,"stale":20,"staleAfterGrowing0":0}, give or take. Needs npm. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit deno@2.9.6

cat > run.mjs <<'JS'
import { Worker } from 'node:worker_threads';

const code = `
  const { parentPort } = require('node:worker_threads');
  parentPort.once('message', async (memory) => {
    const pages = new Int32Array(memory.buffer);
    while (Atomics.load(pages, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const isStale = () => memory.buffer.byteLength < pages[0] * 65536;
    const before = isStale();
    memory.grow(0);
    parentPort.postMessage([before, isStale()]);
  });
  parentPort.postMessage('here');`;
const found = { workers: 20, stale: 0, staleAfterGrowing0: 0 };
for (let i = 0; i < found.workers; i++) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 9, shared: true });
  const worker = new Worker(code, { eval: true });
  const next = () => new Promise((resolve) => worker.once('message', resolve));
  await next();
  worker.postMessage(memory);
  memory.grow(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const told = next();
  Atomics.store(new Int32Array(memory.buffer), 0, 2);
  const [before, after] = await told;
  found.stale += before;
  found.staleAfterGrowing0 += after;
  await worker.terminate();
}
console.log(JSON.stringify(found));
process.exit(found.stale > 0 && found.staleAfterGrowing0 === 0 ? 0 : 1);
JS
npx deno run -A run.mjs
