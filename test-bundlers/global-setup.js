import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { REPOSITORY, run } from './command.js';

/** Packs the package, for ATELIER_TARBALL to tell the specs where. */
export default async function setup() {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-packed-'));
  const output = await run(
    ['npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder],
    REPOSITORY
  );
  process.env.ATELIER_TARBALL = join(folder, output.trim());
  return () => rm(folder, { recursive: true });
}
