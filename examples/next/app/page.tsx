import { Results } from './results';

export const dynamic = 'force-dynamic'; // rendered on the server, for each request

export default function Page() {
  return (
    <>
      <h1>Primes</h1>
      <Results />
    </>
  );
}
