import { count } from 'virtual:large';
import { add } from './add.js';
import { expose } from 'atelier-wasm/worker';

if (count > 0) expose({ add });
