const BYTES = 3_000_000;

/** A module of that size, which no minifier makes smaller: it says how many functions it has. */
function largeModule() {
  const lines = [];
  for (let bytes = 0, i = 0; bytes < BYTES; i++) {
    const line = `f[${i}]=e=>e.map(e=>e*${i}+e.name${i}).filter(e=>e>${i}),`;
    bytes += line.length;
    lines.push(line);
  }
  return `const f = [];\n${lines.join('\n')} 0;\nexport const count = f.length;`;
}

/** @type {import('vite').Plugin} */
const large = {
  name: 'large',
  resolveId: (id) => (id === 'virtual:large' ? `\0${id}` : undefined),
  load: (id) => (id === '\0virtual:large' ? largeModule() : undefined),
};

export default {
  base: './',
  worker: { format: 'es', plugins: () => [large] },
  build: { target: 'es2022', outDir: '../dist/network', emptyOutDir: true },
};
