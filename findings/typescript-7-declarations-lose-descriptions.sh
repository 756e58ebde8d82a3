#!/usr/bin/env bash
# TypeScript 7.0.2: `tsc` leaves the description of a JSDoc `@typedef` in the comment of the source and gives
# the emitted type none, so that editors show nothing for it; 6.0.3 writes it above the type. The comments of
# the typedef's properties are kept by both. Guessed before: the same declarations from both.
#
# Seen: {"6.0.3":{"type":true,"property":true},"7.0.2":{"type":false,"property":true}}
# Needs Node 20. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit six@npm:typescript@6.0.3 seven@npm:typescript@7.0.2
cat >options.js <<'JS'
/**
 * Describes the type as a whole.
 * @typedef {object} Options
 * @property {number} size describes the property
 */

/** @param {Options} options */
export const half = ({ size }) => size / 2;
JS
cat >tsconfig.json <<'JSON'
{
  "compilerOptions": { "allowJs": true, "checkJs": true, "declaration": true, "emitDeclarationOnly": true, "types": [] },
  "files": ["options.js"]
}
JSON
cat >run.mjs <<'JS'
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const seen = {};
for (const name of ['six', 'seven']) {
  const tsc = (...args) => execFileSync('node', [`node_modules/${name}/bin/tsc`, ...args], { encoding: 'utf8' });
  tsc('-p', '.', '--outDir', name);
  const declarations = readFileSync(`${name}/options.d.ts`, 'utf8');
  // The comment right above the type, as editors take it.
  const above = /\/\*\*(?:(?!\*\/)[^])*\*\/\s*export type Options/.exec(declarations)?.[0] ?? '';
  const body = /export type Options = \{[^]*?\};/.exec(declarations)?.[0] ?? '';
  seen[tsc('--version').trim().split(' ')[1]] = {
    type: above.includes('as a whole') && !above.includes('@typedef'),
    property: body.includes('describes the property'),
  };
}
console.log(JSON.stringify(seen));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '{"6.0.3":{"type":true,"property":true},"7.0.2":{"type":false,"property":true}}' ]
