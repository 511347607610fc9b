// The log as `annals replay` prints it.
import { annals } from './server.mjs';
import { assert } from './expect.mjs';

export async function replay(data, ...flags) {
  const ran = await annals(['replay', '--data', data, ...flags]);
  assert.equal(ran.code, 0, `replay: ${ran.stderr}`);
  return ran.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** Positions per platform and versions per stream run 1, 2, 3 …; no event id stands twice. */
export function isGapless(events) {
  const positions = new Map();
  const versions = new Map();
  const seen = new Set();
  for (const event of events) {
    const position = (positions.get(event.platform) ?? 0) + 1;
    assert.equal(event.position, position, `platform ${event.platform}`);
    positions.set(event.platform, position);
    const stream = `${event.platform}/${event.stream}`;
    const version = (versions.get(stream) ?? 0) + 1;
    assert.equal(event.version, version, `stream ${stream} at position ${position}`);
    versions.set(stream, version);
    assert.ok(!seen.has(event.id), `event ${event.id} stands twice`);
    seen.add(event.id);
  }
  return positions;
}

/** verify and check both say 0. */
export async function isSound(data) {
  const verified = await annals(['verify', '--data', data]);
  assert.equal(verified.code, 0, `verify: ${verified.stdout}${verified.stderr}`);
  const checked = await annals(['check', '--data', data]);
  assert.equal(checked.code, 0, `check: ${checked.stdout}${checked.stderr}`);
  return verified.stdout;
}
