import { expose } from 'atelier-wasm/worker';
import { analyze } from './pixels/analyze.js';

expose({ analyze: (image) => analyze(image) });
