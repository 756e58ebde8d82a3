#!/usr/bin/env bash
# Deno 2.9.6: a port of node:worker_threads keeps the postMessage that its prototype had when the port was made, so that
# a later patch of MessagePort.prototype, as tools for tracing make one, sees nothing of older ports. Guessed before: it
# sees all of them, as in Node.
#
# Seen: {"older":0,"newer":1}; in Node 20: {"older":1,"newer":1}. Needs npm. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit deno@2.9.6

cat > run.mjs <<'JS'
import { MessageChannel, MessagePort } from 'node:worker_threads';

const older = new MessageChannel().port1;
let posted = 0;
const { postMessage } = MessagePort.prototype;
MessagePort.prototype.postMessage = function (...values) {
  posted += 1;
  return Reflect.apply(postMessage, this, values);
};
const newer = new MessageChannel().port1;

function count(port) {
  const before = posted;
  port.postMessage('a word');
  return posted - before;
}
console.log(JSON.stringify({ older: count(older), newer: count(newer) }));
process.exit();
JS
seen=$(node_modules/.bin/deno run -A run.mjs)
echo "$seen"
[[ "$seen" == '{"older":0,"newer":1}' ]]
