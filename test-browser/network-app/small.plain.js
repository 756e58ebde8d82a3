import { add } from './add.js';
import { answer } from './answer.js';

answer(add);
