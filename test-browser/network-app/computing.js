for (const since = Date.now(); Date.now() - since < 3_000;);
