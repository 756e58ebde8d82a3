#!/usr/bin/env bash
# Deno 2.9.6: `await worker.terminate()` resolves at once, after 'exit' has been emitted inside of terminate(), while
# a worker that is in synchronous code runs on and writes to shared memory. Guessed before: it has stopped, as in Node.
#
# Seen: {"exitInside":true,"resolvedWithin":50,"writesOneSecondLater":true}. Needs npm. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit deno@2.9.6

cat > run.mjs <<'JS'
import { Worker } from 'node:worker_threads';

const words = new Int32Array(new SharedArrayBuffer(4));
const code = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.on('message', () => {
    for (const end = Date.now() + 6_000; ; ) {
      for (let i = 0; i < 1e7; i++) Atomics.add(workerData, 0, 1);
      if (Date.now() > end) break;
    }
  });`;
const worker = new Worker(code, { eval: true, workerData: words });
let exited = false;
worker.on('exit', () => (exited = true));
worker.postMessage('go');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
while (Atomics.load(words, 0) === 0) await pause(5);
await pause(300);
const sinceMs = performance.now();
const ended = worker.terminate();
const exitInside = exited;
await ended;
const resolvedWithin = performance.now() - sinceMs < 50 ? 50 : Infinity;
await pause(1_000);
const before = Atomics.load(words, 0);
await pause(100);
const writesOneSecondLater = Atomics.load(words, 0) !== before;
console.log(JSON.stringify({ exitInside, resolvedWithin, writesOneSecondLater }));
process.exit();
JS
seen=$(node_modules/.bin/deno run -A run.mjs)
echo "$seen"
[ "$seen" = '{"exitInside":true,"resolvedWithin":50,"writesOneSecondLater":true}' ]
