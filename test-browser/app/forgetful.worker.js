/** @file Imports `expose`, and calls it only if it is told to: nobody does. */
import { expose } from 'atelier-wasm/worker';

onmessage = ({ data }) => {
  if (data === 'now') expose({ ok: () => 'ok' });
};
