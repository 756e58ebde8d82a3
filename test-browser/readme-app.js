import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const INDEX = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>README</title>
    <link rel="icon" href="data:," />
    <script type="module" src="./main.ts"></script>
  </head>
</html>
`;

/**
 * Writes the files that the README shows, each a code block that begins with its name, as an app.
 * @param {string} readme path of the README
 * @param {string} folder where the app goes
 */
export async function writeReadmeApp(readme, folder) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), INDEX);
  const text = await readFile(readme, 'utf8');
  const blocks = [...text.matchAll(/```[jt]s\n\/\/ ([\w.]+\.[jt]s)\n(.*?)```/gs)];
  if (blocks.length !== 3) throw new Error(`the README shows ${blocks.length} files, not 3`);
  for (const [, name, code] of blocks) await writeFile(join(folder, name), code);
}
