import { measureGrowth } from './growth.js';

const query = new URLSearchParams(location.search);
const way = query.get('way') ?? '';
const marks = (query.get('marks') ?? '').split(',').map(Number);

// Posted, since not every browser here has a driver.
try {
  const result = await measureGrowth(way, marks);
  await fetch('/results', { method: 'POST', body: JSON.stringify(result) });
} catch (error) {
  await fetch('/results', { method: 'POST', body: JSON.stringify({ error: String(error) }) });
}
