#!/usr/bin/env bash
# Node 20.20.2, Deno 2.9.6 and Bun 1.4.5: if next() of an async generator is called again before it has answered, the
# generator's code for the later calls does not have the AsyncLocalStorage store of their callers. In Node and Bun it
# has the store of the first call, in Deno none; behind `yield*` it has the first call's in all. Guessed before: each
# part of the generator has the store of the call that it answers, as it has if each call waits for the one before. The
# `finally` that a queued return() runs is in the wrong store too.
#
# Seen: the lines at the end; Node 22.23.3 and 26.10.0 do as Node 20. Needs npm, Node 20. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit deno@2.9.6 bun@1.4.5

cat > run.mjs <<'JS'
import { AsyncLocalStorage } from 'node:async_hooks';

const caller = new AsyncLocalStorage();
let seen = [];
const note = () => seen.push(caller.getStore() ?? 'none');
const tell = (title) => {
  console.log(`  ${title}: ${seen.join(' ')}`);
  seen = [];
};

async function* rows() {
  note();
  yield 1;
  note();
  yield 2;
  note();
  yield 3;
}
async function* allRows() {
  yield* rows();
}
async function* file() {
  try {
    yield 'line';
    yield 'line';
  } finally {
    note();
  }
}
const ask = (generator) => (name) => caller.run(name, () => generator.next());

const one = ask(rows());
for (const name of ['a', 'b', 'c']) await one(name);
tell('one by one');
await Promise.all(['a', 'b', 'c'].map(ask(rows())));
tell('at once');
await Promise.all(['a', 'b', 'c'].map(ask(allRows())));
tell('at once, by yield*');

const opened = file();
await ask(opened)('a');
await Promise.all([ask(opened)('b'), caller.run('c', () => opened.return())]);
tell('finally');
JS
seen=$(
  echo Node && node run.mjs
  echo Deno && node_modules/.bin/deno run -A run.mjs
  echo Bun && node_modules/.bin/bun run.mjs
)
echo "$seen"
[ "$seen" = 'Node
  one by one: a b c
  at once: a a a
  at once, by yield*: a a a
  finally: b
Deno
  one by one: a b c
  at once: a none none
  at once, by yield*: a a a
  finally: none
Bun
  one by one: a b c
  at once: a a a
  at once, by yield*: a a a
  finally: b' ]
