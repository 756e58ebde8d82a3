import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { PrimeCount } from './PrimeCount';
import { PrimeEditor } from './PrimeEditor';

const root = createRoot(document.querySelector('main')!);
Object.assign(globalThis, {
  showCount: (limit: number) =>
    root.render(
      <StrictMode>
        <PrimeCount limit={limit} />
      </StrictMode>
    ),
  showEditor: () =>
    root.render(
      <StrictMode>
        <PrimeEditor />
      </StrictMode>
    ),
  showNothing: () => root.render(null),
});
