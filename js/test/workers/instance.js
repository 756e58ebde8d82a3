/** @file An instance whose getters throw. */
import { expose, withContext } from 'atelier-wasm/worker';

class Base {
  hiddenByField() {
    return 'base';
  }
  hiddenByGetter() {
    return 'base';
  }
  get broken() {
    throw new Error('a getter has run');
  }
  add() {
    return 0;
  }
  inherited() {
    return this.constructor.name;
  }
}

class Counter extends Base {
  state = 5;
  nested = { value: 1 };
  static made = () => new Counter();

  constructor() {
    super();
    Object.assign(this, { hiddenByField: 'a field' });
    const get = () => this.broken;
    Object.defineProperty(this, 'own', { get, enumerable: true });
    Object.defineProperty(this, 'hiddenByGetter', { get });
  }

  run = withContext(async (ctx, /** @type {number} */ by) => [typeof ctx.callId, this.add(by)]);
  method = withContext(
    /** @this {Counter} */ function (ctx) {
      return [typeof ctx.callId, this.state];
    }
  );
  arrow = () => this.state;

  add(by = 1) {
    this.state += by;
    return this.state;
  }
  get broken() {
    throw new Error('a getter has run');
  }
  set broken(_) {
    throw new Error('a setter has run');
  }
}

expose(Counter.made());
