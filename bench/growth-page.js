import { measureGrowth } from './growth.js';
import { postResults } from './post-results.js';

const query = new URLSearchParams(location.search);
const way = query.get('way') ?? '';
const marks = (query.get('marks') ?? '').split(',').map(Number);

await postResults(() => measureGrowth(way, marks));
