import { afterNextRender, Component, signal } from '@angular/core';
import { countPrimes, observeSpans } from './results';

@Component({
  selector: 'app-primes',
  template: `
    <h1>Primes</h1>
    <ul id="results">
      @for (line of results(); track line) {
        <li>{{ line }}</li>
      }
    </ul>
    <h2>Spans</h2>
    <ul id="spans">
      @for (line of spans(); track $index) {
        <li>{{ line }}</li>
      }
    </ul>
  `,
})
export class PrimesComponent {
  readonly results = signal<string[]>([]);
  readonly spans = signal<string[]>([]);

  constructor() {
    // In the browser only: a server makes no workers for its pages.
    afterNextRender(async () => {
      observeSpans((line) => this.spans.update((lines) => [...lines, line]));
      this.results.set(await countPrimes());
    });
  }
}
