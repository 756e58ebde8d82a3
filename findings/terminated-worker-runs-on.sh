#!/usr/bin/env bash
# Chromium 156: a dedicated worker in a loop runs on for 2.0 s after worker.terminate(), and leaves the
# loop by itself meanwhile: the code behind it runs, and writes to shared memory.
# Its Web Lock is released only when it has stopped, not at terminate(). Guessed before: some ms.
#
# Seen: {"loopMs":600,"wroteAfterLoop":true,"lockReleasedMs":"600 to 1500","endlessMs":"1500 to 2500"}
# Needs Debian's chromium (156) and Node 20. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit playwright-core@1.65.1
cat >run.mjs <<'JS'
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const WORKER = `
  onmessage = ({ data: { shared, ms } }) => {
    navigator.locks.request('alive', () => new Promise(() => {})).catch(() => {});
    navigator.locks.query().then(() => {
      const words = new Int32Array(shared);
      words[0] = 1; // it is in its loop
      const sinceMs = performance.now();
      while (performance.now() - sinceMs < ms) words[2] += 1;
      words[1] = 1; // the code behind the loop
    });
  };`;
const server = createServer((request, response) => {
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('Content-Type', request.url === '/w.js' ? 'text/javascript' : 'text/html');
  response.end(request.url === '/w.js' ? WORKER : '<!doctype html>');
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
await page.goto(`http://localhost:${server.address().port}/`);
const run = (ms) =>
  page.evaluate(async (ms) => {
    const shared = new SharedArrayBuffer(12);
    const words = new Int32Array(shared);
    const worker = new Worker('/w.js');
    worker.postMessage({ shared, ms });
    while (words[0] === 0) await new Promise((next) => setTimeout(next, 10));
    const sinceMs = performance.now();
    worker.terminate();
    const released = navigator.locks.request('alive', () => performance.now() - sinceMs);
    let lastWriteMs = 0;
    let before = -1;
    for (let quiet = 0; quiet < 30; quiet += 1) {
      await new Promise((next) => setTimeout(next, 20));
      if (words[2] === before) continue;
      before = words[2];
      lastWriteMs = performance.now() - sinceMs;
      quiet = 0;
    }
    return { lastWriteMs, lockMs: await released, wroteAfterLoop: words[1] === 1 };
  }, ms);
const short = await run(600);
const endless = await run(Infinity);
console.log(browser.version(), JSON.stringify({ short, endless }));
await browser.close();
server.close();
const isAs = (ms, from, to) => ms >= from && ms <= to;
const asSeen =
  short.wroteAfterLoop &&
  isAs(short.lockMs, 500, 1_500) &&
  !endless.wroteAfterLoop &&
  isAs(endless.lastWriteMs, 1_500, 2_500) &&
  isAs(endless.lockMs, 1_500, 2_800) &&
  endless.lockMs >= endless.lastWriteMs - 40;
if (!asSeen) {
  console.error('This browser does otherwise.');
  process.exit(1);
}
JS
node run.mjs
