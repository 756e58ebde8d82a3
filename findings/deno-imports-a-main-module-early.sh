#!/usr/bin/env bash
# Deno 2.9.6: import() of the main module (or of a worker's) while it is in a top-level `await` resolves at once, with
# bindings that are not initialized. Guessed before: it waits for the module's end, as in Node 20.20 and Bun 1.4. The
# import() of a module that imports it waits (not in Bun 1.4).
#
# Seen: "early, ReferenceError", "through another: late". Needs npm. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit deno@2.9.6

cat > main.mjs <<'JS'
let ended = false;
setTimeout(async () => {
  const module = await import(import.meta.url);
  try {
    console.log(ended ? 'late' : 'early,', module.x);
  } catch (error) {
    console.log(`${ended ? 'late' : 'early'}, ${error.name}`);
  }
  await import(`data:text/javascript,${encodeURI(`import ${JSON.stringify(import.meta.url)}`)}`);
  console.log('through another:', ended ? 'late' : 'early');
}, 50);
await new Promise((resolve) => setTimeout(resolve, 500));
export const x = 1;
ended = true;
JS
seen=$(node_modules/.bin/deno run -A main.mjs)
echo "$seen"
[ "$seen" = $'early, ReferenceError\nthrough another: late' ]
