// Bytes that change on disk: damage is found and named, a torn tail behind the noted head is told apart.
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../lib/suite.mjs';
import { answers, assert, shown } from '../lib/expect.mjs';
import { placesOf } from '../lib/files.mjs';
import { isGapless, isSound, replay } from '../lib/log.mjs';
import { seededRandom } from '../lib/random.mjs';
import { annals, Server, sleep, temporaryDirectory } from '../lib/server.mjs';
import { newPerson, superuser } from '../lib/world.mjs';

/** A server that is started on `data` and may end by itself: its outcome, or undefined once it is ready. */
async function startsOn(data) {
  const server = new Server({ data, waitReady: false, args: ['--log-level', 'warn'] });
  await server.launch();
  const ready = server.ready().then(() => undefined, () => server.outcome);
  const outcome = await Promise.race([server.exited, ready]);
  await server.kill();
  return { outcome, log: server.log() };
}

async function liveDirectory({ stops = 1 } = {}) {
  const server = await Server.start({ data: join(temporaryDirectory('damage'), 'data'), args: ['--log-level', 'warn'] });
  const api = superuser(server);
  const persons = [];
  for (let at = 0; at < 60; at += 1) persons.push(await newPerson(api, { metadata: { pad: 'p'.repeat(200) } }));
  shown(await api.post('/persons/merge/', { primary_id: persons[30].id, duplicate_ids: [persons[31].id] }), 200);
  for (let at = 0; at < 30; at += 1) persons.push(await newPerson(api));
  await server.stop();
  for (let again = 1; again < stops; again += 1) await server.restart().then(() => server.stop());
  await server.stop();
  return { data: server.data, persons };
}

function copyOf(data) {
  const copy = join(temporaryDirectory('copy'), 'data');
  cpSync(data, copy, { recursive: true });
  return copy;
}

function flip(directory, { file, offset }) {
  const path = join(directory, file);
  const bytes = readFileSync(path);
  bytes[offset] ^= 0x40;
  writeFileSync(path, bytes);
}

/** The positions that the output names. */
const positionsNamed = (text) => [...text.matchAll(/position (\d+)/g)].map(([, digits]) => Number(digits));

const samples = 30;
const stages = [['in the write-ahead log, as a stop leaves it', { stops: 1 }], ['in table files, as a restart leaves it', { stops: 3 }]];
for (const [where, how] of stages) {
  test(`a flipped byte in a commit ${where}: verify says 1 and the position, serve says 3`, { timeoutMs: 120_000 }, async () => {
    const { data } = await liveDirectory(how);
    const events = await replay(data);
    await isSound(data);
    const main = events.filter(({ platform_key }) => platform_key === 'main');
    const cases = ['PersonMerged', 'PersonAbsorbed', 'PlatformOpened', 'UserCreated', 'ApiKeyIssued'].map((type) => {
      const event = events.find((each) => each.type === type);
      const places = placesOf(data, Buffer.from(type)).filter(({ file }) => /\.(log|sst)$/.test(file));
      assert.ok(places.length > 0, `${type} stands in some file`);
      return { event, place: places[0] };
    });
    const persons = main.filter(({ type }) => type === 'PersonCreated');
    const places = placesOf(data, Buffer.from('PersonCreated')).filter(({ file }) => /\.(log|sst)$/.test(file));
    for (const at of [0, 45, 89]) cases.push({ event: persons[at], place: places[Math.min(at, places.length - 1)] });

    for (const { event, place } of cases) {
      for (const shift of [2, 60]) {
        const copy = copyOf(data);
        flip(copy, { ...place, offset: place.offset + shift });
        const ran = await annals(['verify', '--data', copy]);
        const said = `${event.type} at ${event.position}, ${place.file} + ${place.offset + shift}: ${ran.stdout}${ran.stderr}`;
        assert.deepEqual([ran.code, ran.signal], [1, null], said);
        const named = positionsNamed(ran.stdout + ran.stderr);
        assert.ok(named.some((position) => position >= 1 && position <= event.position), said);
        const { outcome, log } = await startsOn(copy);
        assert.deepEqual(outcome, { code: 3, signal: null }, `${said}\nserve: ${log}`);
        assert.match(log, /position \d+|corrupt|damage/i);
        rmSync(copy, { recursive: true });
      }
    }
  });

  test(`any flipped byte ${where} is found, or stands in no commit`, { timeoutMs: 120_000 }, async () => {
    const { data } = await liveDirectory(how);
    const before = (await annals(['replay', '--data', data])).stdout;
    const files = readdirSync(join(data, storeOf(data))).filter((name) => /\.(log|sst)$/.test(name)).map((name) => join(storeOf(data), name));
    const sizes = files.map((file) => statSync(join(data, file)).size);
    // all over the commits and views, and where a file keeps its own index
    const total = sizes.reduce((a, b) => a + b, 0);
    const { seed, below } = seededRandom();
    const stretch = Math.floor(total / samples);
    const spread = Array.from({ length: samples }, (_, sample) => {
      let offset = sample * stretch + below(stretch);
      let at = 0;
      while (offset >= sizes[at]) offset -= sizes[at++];
      return { file: files[at], offset };
    });
    const ends = files.flatMap((file, at) => [2, 52, 100].map((back) => ({ file, offset: sizes[at] - back }))).filter(({ offset }) => offset > 0);
    let found = 0;
    const silent = [];
    for (const place of [...spread, ...ends]) {
      const copy = copyOf(data);
      flip(copy, place);
      const ran = await annals(['verify', '--data', copy]);
      const said = `seed ${seed}: ${place.file} + ${place.offset} of ${statSync(join(copy, place.file)).size}: verify ${ran.code} ${ran.signal}`;
      assert.ok([0, 1].includes(ran.code), `${said} ${ran.stdout}${ran.stderr}`);
      if (ran.code === 1) found += 1;
      const replayed = await annals(['replay', '--data', copy]);
      const checked = await annals(['check', '--data', copy]);
      if (replayed.code === 0 && replayed.stdout !== before) silent.push(`${said}: replay 0, but other lines`);
      if (ran.code === 1 && checked.code === 0) silent.push(`${said}: check 0`);
      rmSync(copy, { recursive: true });
    }
    assert.deepEqual(silent, []);
    assert.ok(found > samples / 4, `seed ${seed}: ${found} of ${samples} were found`);
  });
}

test('a damaged view is made again from the log by rebuild', { timeoutMs: 120_000 }, async () => {
  const { data } = await liveDirectory({ stops: 3 });
  const before = await replay(data);
  const tables = readdirSync(join(data, storeOf(data))).filter((name) => /\.sst$/.test(name)).map((name) => join(storeOf(data), name));
  const ofViews = tables.filter((file) => !readFileSync(join(data, file)).includes('PersonCreated'));
  let damaged = 0;
  for (const file of ofViews) {
    const copy = copyOf(data);
    flip(copy, { file, offset: 100 });
    if ((await annals(['verify', '--data', copy])).code === 0 && (await annals(['check', '--data', copy])).code !== 0) {
      damaged += 1;
      const rebuilt = await annals(['rebuild', '--data', copy]);
      assert.equal(rebuilt.code, 0, `${file}: ${rebuilt.stdout}${rebuilt.stderr}`);
      await isSound(copy);
      assert.deepEqual(await replay(copy), before);
      assert.equal((await startsOn(copy)).outcome, undefined, 'it serves again');
    }
    rmSync(copy, { recursive: true });
  }
  assert.ok(damaged > 0, `no flipped byte in ${ofViews} harmed a view`);
});

/** The folder below `data` that holds RocksDB's files. */
function storeOf(data) {
  const [place] = placesOf(data, Buffer.from('PersonCreated')).filter(({ file }) => /\.(log|sst)$/.test(file));
  return place.file.includes('/') ? place.file.slice(0, place.file.lastIndexOf('/')) : '.';
}

const newestLog = (data) => {
  const folder = join(data, storeOf(data));
  const logs = readdirSync(folder).filter((name) => /^\d+\.log$/.test(name)).sort((a, b) => parseInt(a) - parseInt(b));
  return join(folder, logs.filter((name) => statSync(join(folder, name)).size > 0).at(-1));
};

/** A directory whose last person was written after the heads were noted, and whose server was then killed. */
async function killedBehindTheHeads() {
  for (let tries = 0; tries < 10; tries += 1) {
    const server = await Server.start({ data: join(temporaryDirectory('torn'), 'data'), args: ['--log-level', 'warn'] });
    const api = superuser(server);
    const noted = [];
    for (let at = 0; at < 5; at += 1) noted.push(await newPerson(api));
    await sleep(1_600);
    const heads = readFileSync(join(server.data, 'heads'));
    const last = await newPerson(api);
    await server.kill();
    if (readFileSync(join(server.data, 'heads')).equals(heads)) return { data: server.data, noted, last, token: server.token };
  }
  return assert.fail('the heads were noted too soon, ten times');
}

test('a torn tail behind the noted head is cut, and serving goes on', async () => {
  const { data, noted, last, token } = await killedBehindTheHeads();
  const log = newestLog(data);
  const size = statSync(log).size;
  for (const cut of [1, 5, 40]) {
    const copy = copyOf(data);
    truncateSync(join(copy, log.slice(data.length + 1)), size - cut);
    const verified = await annals(['verify', '--data', copy]);
    assert.equal(verified.code, 0, `cut ${cut}: ${verified.stdout}${verified.stderr}`);
    const server = await Server.start({ data: copy, token, args: ['--log-level', 'warn'] });
    const api = superuser(server);
    for (const person of noted) assert.deepEqual(shown(await api.get(`/persons/${person.id}/`), 200), person);
    answers(await api.get(`/persons/${last.id}/`), 404);
    const after = await newPerson(api);
    await server.restart('SIGKILL');
    assert.deepEqual(shown(await api.get(`/persons/${after.id}/`), 200), after);
    await server.stop();
    isGapless(await replay(copy));
    await isSound(copy);
  }
});

test('rubbish behind the last commit is cut like a torn tail', async () => {
  const { data, noted, last, token } = await killedBehindTheHeads();
  appendFileSync(newestLog(data), Buffer.from(Array.from({ length: 100 }, (_, at) => (at * 37) % 256)));
  const server = await Server.start({ data, token, args: ['--log-level', 'warn'] });
  for (const person of [...noted, last]) answers(await superuser(server).get(`/persons/${person.id}/`), 200);
  await server.stop();
  await isSound(data);
});

test('a tail torn off before the noted head is damage: verify 1, serve 3', async () => {
  const { data } = await liveDirectory();
  const log = newestLog(data);
  truncateSync(log, Math.floor(statSync(log).size * 0.8));
  const verified = await annals(['verify', '--data', data]);
  assert.equal(verified.code, 1, verified.stdout + verified.stderr);
  assert.ok(positionsNamed(verified.stdout + verified.stderr).length > 0, verified.stdout + verified.stderr);
  assert.deepEqual((await startsOn(data)).outcome, { code: 3, signal: null });
});

test('a log file that is gone is damage', async () => {
  const { data } = await liveDirectory();
  rmSync(newestLog(data));
  const verified = await annals(['verify', '--data', data]);
  assert.ok([1, 3].includes(verified.code), `${verified.code} ${verified.stdout}${verified.stderr}`);
  assert.deepEqual((await startsOn(data)).outcome, { code: 3, signal: null });
});
