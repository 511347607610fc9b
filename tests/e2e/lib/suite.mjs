// The frame of every suite: tests with a name filter, a time limit, skipping, and one line of result each.
// Files run by themselves too: `node suites/persons.test.mjs`.
import { test as nodeTest, after } from 'node:test';
import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import { killLivingServers, logsOfLivingServers, Server } from './server.mjs';

const suite = basename(process.argv[1] ?? '').replace(/\.test\.mjs$/, '');
const filter = (process.env.E2E_FILTER ?? '').toLowerCase();
const selected = (sentence) => `${suite}: ${sentence}`.toLowerCase().includes(filter);

// a test that ran out of time may have left its server, and a file with a living child does not end
after(killLivingServers);

class Skip extends Error {}
/** Ends the running test as skipped. */
export const skip = (reason) => {
  throw new Skip(reason);
};

function record(sentence, outcome, started, note = '') {
  const line = { suite, sentence, outcome, ms: Math.round(performance.now() - started), note };
  if (process.env.E2E_RESULTS) appendFileSync(process.env.E2E_RESULTS, `${JSON.stringify(line)}\n`);
}

function withinTime(ms, work) {
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${ms} ms`)), ms);
  });
  return Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}

/** test(sentence, body) or test(sentence, { timeoutMs }, body); the body gets nothing and fails by throwing. */
export function test(sentence, options, body) {
  if (typeof options === 'function') [options, body] = [{}, options];
  if (!selected(sentence)) return;
  record(sentence, 'registered', performance.now());
  nodeTest(sentence, async (t) => {
    const started = performance.now();
    try {
      await withinTime(options.timeoutMs ?? 60_000, body());
      record(sentence, 'passed', started);
    } catch (error) {
      if (error instanceof Skip) {
        record(sentence, 'skipped', started, error.message);
        t.skip(error.message);
        return;
      }
      const logs = logsOfLivingServers();
      if (logs.length > 0) error.message += `\nserver log: ${logs.join(', ')}`;
      record(sentence, 'failed', started, error.stack ?? String(error));
      throw error;
    }
  });
}

/** A server for the whole file, started when a test first asks for it: `const up = sharedServer(); … await up()`. */
export function sharedServer(options = {}) {
  let starting;
  after(async () => {
    const server = await starting?.catch(() => undefined);
    await server?.remove();
  });
  return () => (starting ??= Server.start(options));
}

/** A server for one test, stopped and removed afterwards whatever happens. */
export async function withServer(options, body) {
  const server = await Server.start(options);
  try {
    return await body(server);
  } finally {
    await server.remove();
  }
}
