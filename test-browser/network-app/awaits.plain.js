import { answer } from './answer.js';

const { load } = await import('./deeper.js');
const { add } = await load();
answer(add);
