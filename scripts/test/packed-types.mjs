import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REPOSITORY, succeeds } from './program.mjs';

/** The last two majors, as package.json has them. */
const COMPILERS = ['typescript-7', 'typescript'];

/** How projects find packages; and a project of worker modules alone. */
const PROJECTS = {
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  node16: { module: 'node16', moduleResolution: 'node16' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  webworker: { lib: ['es2022', 'webworker', 'webworker.iterable'] },
};

/**
 * The type tests, `js/test/*.check.ts`, in projects that have the packed package installed, as
 * strict as projects can be.
 *
 * @param {string} tarball
 * @param {string} folder where the projects go
 * @returns {Promise<boolean>}
 */
export async function checkPackedTypes(tarball, folder) {
  const packages = join(folder, 'node_modules');
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const install = ['install', '--offline', '--no-audit', '--no-fund', '--prefix', folder, tarball];
  if (!(await succeeds('npm', install, { quiet: true }))) return false;
  const openTelemetry = join(REPOSITORY, 'node_modules/@opentelemetry'); // an app of its exporter has it
  await symlink(openTelemetry, join(packages, '@opentelemetry'));

  let passed = await areDescribed(join(packages, 'atelier-wasm/dist/types/types.d.ts'));
  const tests = (await readdir(join(REPOSITORY, 'js/test'))).filter((f) => f.endsWith('.check.ts'));
  for (const [name, options] of Object.entries(PROJECTS)) {
    const project = join(folder, name);
    for (const test of tests.filter((file) => name !== 'webworker' || /^worker/.test(file))) {
      await cp(join(REPOSITORY, 'js/test', test), join(project, test));
    }
    const config = {
      extends: join(REPOSITORY, 'tsconfig.typetests.json'),
      compilerOptions: { exactOptionalPropertyTypes: true, skipLibCheck: false, ...options },
      include: ['*.ts'],
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config));
    for (const compiler of COMPILERS) {
      const tsc = join(REPOSITORY, 'node_modules', compiler, 'bin/tsc');
      const compiled = await succeeds('node', [tsc, '-p', project], { quiet: true });
      if (!compiled) console.log(`types in a ${name} project, by ${compiler}: see above`);
      passed &&= compiled;
    }
  }
  await rm(folder, { recursive: true });
  return passed;
}

/**
 * Whether each type has its description, which editors show.
 * @param {string} declarations
 */
async function areDescribed(declarations) {
  const text = await readFile(declarations, 'utf8');
  const all = [...text.matchAll(/(\*\/\n)?^export type (\w+)/gm)];
  const bare = all.filter(([, comment]) => !comment).map(([, , name]) => name);
  if (bare.length > 0) console.log(`types without a description: ${bare.join(', ')}`);
  return all.length > 0 && bare.length === 0;
}
