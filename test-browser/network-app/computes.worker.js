import './computing.js';
import { add } from './add.js';
import { expose } from 'atelier-wasm/worker';

expose({ add });
