#!/usr/bin/env bash
# Deno 2.9.6: a message that comes while Object.prototype has an accessor '0' is lost. Guessed before: it arrives, as it
# does with accessors of other names, and in Node 20.20.
#
# Seen: {"a":["during","after"],"0":["after"],"value":["during","after"]}. Needs npm. Fails if that changes.
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
  arrived[key] = [];
  const { port1, port2 } = new MessageChannel();
  port2.on('message', (message) => arrived[key].push(message));
  await pause(100);
  const accessor = { get: () => 'inherited', set() {}, configurable: true };
  Object.defineProperty(Object.prototype, key, accessor);
  port1.postMessage('during');
  await pause(100);
  delete Object.prototype[key];
  port1.postMessage('after');
  await pause(100);
}
const seen = ['a', '0', 'value'].map((key) => `"${key}":${JSON.stringify(arrived[key])}`);
console.log(`{${seen}}`);
process.exit();
JS
seen=$(node_modules/.bin/deno run -A run.mjs)
echo "$seen"
[ "$seen" = '{"a":["during","after"],"0":["after"],"value":["during","after"]}' ]
