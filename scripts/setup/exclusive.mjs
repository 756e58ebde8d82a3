import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { note } from './progress.mjs';

const ANNOUNCE_AFTER_MS = 1000;

/**
 * Does some work while no other process does any for the same folder; waits its turn if need be. A
 * listening socket is the lock, because the system takes it back even from a process that is killed.
 *
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what `work` returned
 */
export async function exclusively(folder, work) {
  const release = await acquire(socketPath(folder));
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Not in the folder itself, whose path may be too long for a socket.
 *
 * @param {string} folder
 */
function socketPath(folder) {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(tmpdir(), `atelier-setup-${hash}.sock`);
}

/**
 * @param {string} path
 * @returns {Promise<() => void>} releases the lock
 */
async function acquire(path) {
  const waiting = new Set();
  for (;;) {
    const server = createServer((connection) => {
      connection.on('error', () => {});
      waiting.add(connection);
    });
    try {
      await once(server.listen(path), 'listening');
      return () => {
        server.close();
        for (const connection of waiting) connection.destroy();
      };
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EADDRINUSE') throw error;
    }
    const heldUntilNow = await waitForHolder(path);
    if (!heldUntilNow) await rm(path, { force: true });
  }
}

/**
 * @param {string} path
 * @returns {Promise<boolean>} settles when the lock's holder lets go; false if there was none, only a
 *   file left over
 */
function waitForHolder(path) {
  return new Promise((resolve) => {
    let held = false;
    const connection = connect(path, () => (held = true));
    const announcement = setTimeout(
      () => note('waiting for another set-up of this folder'),
      ANNOUNCE_AFTER_MS
    );
    connection.on('error', () => {});
    connection.on('close', () => {
      clearTimeout(announcement);
      resolve(held);
    });
    connection.resume();
  });
}
