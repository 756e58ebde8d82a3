#!/usr/bin/env bash
# Firefox 153 ESR: a module worker has no error event if one of its imports cannot be loaded (503) while
# another is still loading: it waits for ever. And import() never loads again what it has failed to load.
# Guessed before: an event for every failed import, as in Chromium 156 and WebKitGTK 2.50; and a new request.
#
# Seen: {"alone":"error","beside":"silence","again":"TypeError"}
# Needs Debian's firefox-esr and Node 20. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit puppeteer-core@24.43.1
cat >run.mjs <<'JS'
import { createServer } from 'node:http';
import puppeteer from 'puppeteer-core';

const FILES = {
  '/': '<!doctype html>',
  '/alone.js': "import './failing.js';",
  '/beside.js': "import './failing.js'; import './slow.js';",
  '/slow.js': "import './slower.js';",
  '/slower.js': '',
  '/later.js': '',
};
let works = false;
const server = createServer(({ url }, response) => {
  if (url === '/works') works = true;
  const body = url === '/later.js' && !works ? undefined : FILES[url];
  const type = url.endsWith('.js') ? 'text/javascript' : 'text/html';
  const answer = () => response.writeHead(body === undefined ? 503 : 200, { 'Content-Type': type }).end(body);
  setTimeout(answer, url === '/slower.js' ? 1000 : url === '/slow.js' ? 100 : 0);
});
await new Promise((listening) => server.listen(0, 'localhost', listening));
const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr',
});
const page = await browser.newPage();
await page.goto(`http://localhost:${server.address().port}/`);
const seen = await page.evaluate(async () => {
  const start = (script) =>
    new Promise((heard) => {
      const worker = new Worker(script, { type: 'module' });
      worker.onerror = () => heard('error');
      setTimeout(heard, 5000, 'silence');
    });
  const load = () => import('/later.js').then(() => 'loaded', (error) => error.name);
  await load();
  await fetch('/works');
  return { alone: await start('/alone.js'), beside: await start('/beside.js'), again: await load() };
});
await browser.close();
server.close();
console.log(JSON.stringify(seen));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '{"alone":"error","beside":"silence","again":"TypeError"}' ]
