// The program's commands, run to their end.
import { assert } from './expect.mjs';
import { annals } from './server.mjs';

/** What it printed; it has to exit 0. */
export async function succeeds(...args) {
  return (await ends(0, args)).stdout;
}

/** It exits with the code, and says what about. */
export async function fails(code, about, ...args) {
  assert.match((await ends(code, args)).stderr, about);
}

async function ends(code, args) {
  const ran = await annals(args);
  assert.deepEqual([ran.code, ran.signal], [code, null], `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
  return ran;
}
