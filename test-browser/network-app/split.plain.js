import { answer } from './answer.js';

const loading = import('./deeper.js').then(({ load }) => load());
answer(async (value) => (await loading).add(value));
