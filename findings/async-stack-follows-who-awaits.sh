#!/usr/bin/env bash
# Node 20.20.2, 22.23.3 and 26.10.0: the frames behind `await` in a stack trace are of the code that awaits an async
# function now, not of the code that started it; if two await it, of neither. Guessed before: of its starter.
#
# Seen: "one awaits: nobody, then reader", "two await: nobody, then nobody". Needs Node. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/stack.mjs" <<'JS'
const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
const found = () => [...new Set(new Error().stack.match(/reader\w*/g) ?? ['nobody'])].join(' and ');

async function start() {
  const first = found();
  await pause();
  return `${first}, then ${found()}`;
}

async function reader(promise) {
  return await promise;
}
async function readerToo(promise) {
  return await promise;
}

const one = start(); // nobody awaits it yet
console.log('one awaits:', await reader(one));
const two = start();
const both = [reader(two), readerToo(two)];
console.log('two await:', (await Promise.all(both))[0]);
JS

seen=$(node "$folder/stack.mjs")
echo "$seen"
[ "$seen" = 'one awaits: nobody, then reader
two await: nobody, then nobody' ]
