// The tests of the client once more, by Server-Sent Events alone.

process.env.FANFARE_TRANSPORT = 'sse';
await import('./client.test.js');
