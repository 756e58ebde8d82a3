#!/usr/bin/env bash
# Deno 2.9.6: while Object.prototype has an accessor '0', no message reaches a port or a worker, and none ever does
# after that. Guessed before: it arrives, as it does with accessors of other names, and in Node 20.20 and Bun 1.4.
#
# Seen: {"a":true,"0":false,"value":true}. Needs npm. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit deno@2.9.6

cat > run.mjs <<'JS'
import { MessageChannel } from 'node:worker_threads';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const arrived = {};
for (const key of ['a', '0', 'value']) {
  arrived[key] = false;
  const { port1, port2 } = new MessageChannel();
  port2.on('message', () => (arrived[key] = true));
  await pause(100);
  const accessor = { get: () => 'inherited', set() {}, configurable: true };
  Object.defineProperty(Object.prototype, key, accessor);
  port1.postMessage('during');
  await pause(100);
  delete Object.prototype[key];
  port1.postMessage('after');
  await pause(100);
}
const seen = ['a', '0', 'value'].map((key) => `"${key}":${arrived[key]}`);
console.log(`{${seen}}`);
process.exit();
JS
seen=$(node_modules/.bin/deno run -A run.mjs)
echo "$seen"
[ "$seen" = '{"a":true,"0":false,"value":true}' ]
