import { count } from 'virtual:large';
import { add } from './add.js';
import { answer } from './answer.js';

if (count > 0) answer(add);
