import { expose } from 'comlink';

expose({ ping: () => 'pong', wait: () => new Promise(() => {}) });
