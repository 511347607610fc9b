// Snapshots: the records as of one position, in files that other tools read.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { fails, succeeds } from '../lib/command.mjs';
import { answers, assert, eventually, fieldErrors, notFound, refuses, shown } from '../lib/expect.mjs';
import { placesOf } from '../lib/files.mjs';
import { isSound, replay } from '../lib/log.mjs';
import { binary, cleanEnvironment, temporaryDirectory } from '../lib/server.mjs';
import { asShown, rowsOf } from '../lib/sqlite.mjs';
import { distinct, distinctEmail, newOrganization, newPerson, newPlatform, superuser } from '../lib/world.mjs';

const up = sharedServer();
const quiet = { args: ['--log-level', 'warn'] };
const fresh = () => join(temporaryDirectory('snapshot'), 'out');
const manifestOf = (directory) => JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function taken(server, ...more) {
  const out = fresh();
  await succeeds('snapshot', '--data', server.data, '--out', out, ...more);
  return out;
}

/** A few records of every kind on a platform. */
async function someRecords(api) {
  const organization = await newOrganization(api, { metadata: { size: 3 } });
  const persons = [];
  for (let at = 0; at < 6; at += 1) {
    persons.push(await newPerson(api, {
      primary_email: distinctEmail(), emails: [distinctEmail()], organization: at % 2 ? organization.id : null,
      unique_id: distinct('u'), metadata: { at, 'a "key"': null }, job_title: 'Smith, "of names"\nand more',
    }));
  }
  shown(await api.post(`/persons/${persons[0].id}/invite/`, {}), 201);
  shown(await api.post('/persons/merge/', { primary_id: persons[1].id, duplicate_ids: [persons[2].id] }), 200);
  answers(await api.delete(`/persons/${persons[3].id}/`), 204);
  return { organization, persons };
}

const personsOf = async (api) => shown(await api.get('/persons/?page_size=100&ordering=created_at'), 200).results;
const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

test('a SQLite snapshot beside the server says what the API says, and its manifest of when', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { persons, organization } = await someRecords(platform.admin);
  await newPerson(superuser(server));
  const out = await taken(server, '--platform', platform.key);
  assert.deepEqual(readdirSync(out).sort(), ['annals.db', 'manifest.json']);
  assert.deepEqual(readdirSync(dirname(out)), ['out']);
  assert.equal(statSync(out).mode & 0o777, 0o700);

  const database = join(out, 'annals.db');
  const rows = rowsOf(database, 'SELECT * FROM persons ORDER BY created_at');
  const own = ({ organization_name: joined, tags, ...rest }) => sorted(rest); // what the API joins to them, the database has in tables of its own
  assert.deepEqual(rows.map((row) => sorted(asShown(platform.id, row))), (await personsOf(platform.admin)).map(own));
  assert.equal(rows.length, 5);
  assert.deepEqual(rowsOf(database, 'SELECT name FROM organizations'), [{ name: organization.name }]);
  assert.deepEqual(rowsOf(database, `SELECT key, value FROM person_metadata WHERE person = '${persons[4].id}' ORDER BY key`),
    [{ key: 'a "key"', value: 'null' }, { key: 'at', value: '4' }]);
  assert.deepEqual(rowsOf(database, 'SELECT person, email, open FROM invitations'),
    [{ person: persons[0].id, email: persons[0].primary_email, open: 1 }]);
  assert.deepEqual(rowsOf(database, 'SELECT username FROM members'), [{ username: platform.adminUser.username }]);
  assert.deepEqual(rowsOf(database, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  assert.deepEqual(rowsOf(database, 'PRAGMA foreign_key_check'), []);

  const manifest = manifestOf(out);
  const events = await replay(server.data, '--platform', platform.key);
  const { position, hash, recorded_at: at } = events.at(-1);
  assert.deepEqual([manifest.position, manifest.head_hash, manifest.recorded_at], [position, hash, at]);
  assert.deepEqual([manifest.format, manifest.schema, manifest.platform, manifest.platform_key], ['sqlite', 1, platform.id, platform.key]);
  const { persons: count, organizations, invitations, members } = manifest.counts;
  assert.deepEqual([count, organizations, invitations, members], [5, 1, 1, 1]);
  const bytes = readFileSync(database);
  assert.deepEqual(manifest.files, [{ name: 'annals.db', bytes: bytes.length, sha256: sha256(bytes) }]);
});

test('NDJSON and CSV hold the same rows, in the order of creation', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  await someRecords(platform.admin);
  const [sqlite, ndjson, csv] = [
    await taken(server, '--platform', platform.key), await taken(server, '--platform', platform.key, '--format', 'ndjson'),
    await taken(server, '--platform', platform.key, '--format', 'csv'),
  ];
  const expected = await personsOf(platform.admin);
  const lines = readFileSync(join(ndjson, 'persons.ndjson'), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ id, active, metadata, job_title: title }) => ({ id, active, metadata, title })),
    expected.map(({ id, active, metadata, job_title: title }) => ({ id, active, metadata, title })));
  const tables = readdirSync(csv).filter((name) => name.endsWith('.csv')).map((name) => name.slice(0, -4));
  assert.ok(tables.length >= 8);
  for (const table of tables) {
    // sqlite3 reads CSV too, all of it as text
    const columns = rowsOf(join(sqlite, 'annals.db'), `SELECT name FROM pragma_table_info('${table}')`).map(({ name }) => name);
    const [head] = readFileSync(join(csv, `${table}.csv`), 'utf8').split('\r\n');
    assert.equal(head, columns.join(','));
    assert.ok(existsSync(join(ndjson, `${table}.ndjson`)));
  }
  const cells = readFileSync(join(csv, 'persons.csv'), 'utf8');
  assert.ok(cells.includes(`,"Smith, ""of names""\nand more",`));
  for (const directory of [ndjson, csv]) {
    const { files, counts } = manifestOf(directory);
    assert.deepEqual(counts, manifestOf(sqlite).counts);
    for (const { name, bytes, sha256: hash } of files) {
      const content = readFileSync(join(directory, name));
      assert.deepEqual([content.length, sha256(content)], [bytes, hash], name);
    }
  }
});

test('snapshots taken while the server writes are of one moment across tables', { timeoutMs: 120_000 }, async () => {
  await withServer(quiet, async (server) => {
    const api = superuser(server);
    const [left, right] = [await newPerson(api, { job_title: 'round 0' }), await newPerson(api, { job_title: 'round 0' })];
    let writing = true;
    const turning = (async () => {
      for (let round = 1; writing; round += 1) {
        const items = [left, right].map(({ id }) => ({ operation: 'update', id, job_title: `round ${round}` }));
        shown(await api.post('/persons/batch/', { items }), 200);
      }
    })();
    const adding = (async () => {
      while (writing) {
        const organization = await newOrganization(api);
        await newPerson(api, { organization: organization.id });
      }
    })();
    try {
      for (let round = 0; round < 4; round += 1) {
        const out = await taken(server);
        const database = join(out, 'annals.db');
        const titles = rowsOf(database, `SELECT DISTINCT job_title FROM persons WHERE id IN ('${left.id}', '${right.id}')`);
        assert.equal(titles.length, 1, 'both of a batch, or none');
        assert.deepEqual(rowsOf(database, 'PRAGMA foreign_key_check'), []);
        const { position, counts } = manifestOf(out);
        const events = await replay(server.data, '--platform', 'main', '--to', String(position));
        assert.equal(events.at(-1).position, position);
        const created = (type) => events.filter((event) => event.type === type).length;
        assert.deepEqual([counts.persons, counts.organizations], [created('PersonCreated'), created('OrganizationCreated')]);
      }
    } finally {
      writing = false;
      await Promise.all([turning, adding]);
    }
  });
});

test('--at gives the state that was there then, and diff what has changed since', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const of = ['--platform', platform.key];
  const { persons } = await someRecords(platform.admin);
  const then = await taken(server, ...of);
  const { position } = manifestOf(then);
  const renamed = distinct('Renamed');
  shown(await platform.admin.patch(`/persons/${persons[4].id}/`, { name: renamed }), 200);
  answers(await platform.admin.delete(`/persons/${persons[5].id}/`), 204);
  const added = await newPerson(platform.admin);
  const past = await taken(server, ...of, '--at', String(position));
  assert.deepEqual(readdirSync(past).sort(), ['annals.db', 'manifest.json']);
  const { created_at: _, files: _then, ...expected } = manifestOf(then);
  const { created_at: __, files: _past, ...found } = manifestOf(past);
  assert.deepEqual(found, expected);
  for (const table of Object.keys(expected.counts)) {
    assert.deepEqual(rowsOf(join(past, 'annals.db'), `SELECT * FROM ${table}`), rowsOf(join(then, 'annals.db'), `SELECT * FROM ${table}`), table);
  }

  const now = await taken(server, ...of);
  const printed = await succeeds('snapshot', 'diff', then, now);
  const lines = printed.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const changes = lines.filter(({ table, change }) => table === 'persons' && change);
  assert.deepEqual(changes.map(({ change, key }) => [change, key.id]),
    [['added', added.id], ['removed', persons[5].id], ['changed', persons[4].id]]);
  assert.deepEqual(changes[0].row.name, added.name);
  assert.deepEqual(changes[2].changes.name, [persons[4].name, renamed]);
  assert.deepEqual(Object.keys(changes[2].changes).sort(), ['name', 'updated_at', 'version']);
  assert.deepEqual(lines.find(({ table, change }) => table === 'persons' && !change), { table: 'persons', added: 1, removed: 1, changed: 1 });
  const positions = ['--data', server.data, ...of, String(position), String(manifestOf(now).position)];
  assert.equal(await succeeds('snapshot', 'diff', ...positions), printed);
  const summary = (await succeeds('snapshot', 'diff', '--summary', then, now)).trim().split('\n');
  assert.deepEqual(summary.map((line) => JSON.parse(line).table), Object.keys(expected.counts));
  const csv = await taken(server, ...of, '--format', 'csv');
  await fails(2, /only those in sqlite can be compared/, 'snapshot', 'diff', then, csv);
  await fails(2, /only snapshots of one platform/, 'snapshot', 'diff', then, await taken(server));
  await fails(2, /holds no snapshot/, 'snapshot', 'diff', then, server.data);
});

test('what cannot be written is refused before anything is, with 2 and a sentence', async () => {
  const server = await up();
  const data = ['snapshot', '--data', server.data];
  await newPerson(superuser(server));
  const out = fresh();
  await fails(2, /--out is missing/, ...data);
  await fails(2, /--format/, ...data, '--out', out, '--format', 'xls');
  await fails(2, /there is no platform "nowhere"/, ...data, '--out', out, '--platform', 'nowhere');
  await fails(2, /there is no platform "system" with records/, ...data, '--out', out, '--platform', 'system');
  await fails(2, /--at 999999: The log ends at position \d+\./, ...data, '--out', out, '--at', '999999');
  await fails(2, /No commit ends at or before/, ...data, '--out', out, '--at', '0');
  await fails(2, /--at excludes|excludes/i, ...data, '--at', '7', 'diff', '1', '2');
  await fails(3, /does not exist/, 'snapshot', '--data', join(out, 'data'), '--out', out);
  assert.deepEqual(readdirSync(dirname(out)), []);
  mkdirSync(out);
  writeFileSync(join(out, 'mine'), 'kept');
  await fails(2, /is not empty/, ...data, '--out', out);
  await fails(2, /is not empty/, ...data, '--out', join(out, 'mine'));
  assert.deepEqual([readdirSync(dirname(out)), readdirSync(out)], [['out'], ['mine']]);
  const empty = fresh();
  mkdirSync(empty);
  await succeeds(...data, '--out', `${empty}/`);
  assert.ok(existsSync(join(empty, 'annals.db')));
});

test('a snapshot that is broken off leaves nothing behind', { timeoutMs: 120_000 }, async () => {
  const server = await up();
  const rows = Array.from({ length: 4000 }, () => ({ name: distinct('Row') }));
  const { admin, key } = await newPlatform(server);
  shown(await admin.post('/persons/import/', rows), 200);
  const ended = { done: 0, stopped: 0 };
  for (const delayMs of [20, 60, 90, 120, 150, 200, 300, 500]) {
    const out = fresh();
    const child = spawn(binary, ['snapshot', '--data', server.data, '--platform', key, '--out', out], { env: cleanEnvironment(), stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGINT'), delayMs);
    const [code, signal] = await once(child, 'exit');
    clearTimeout(timer);
    ended[code === 0 ? 'done' : 'stopped'] += 1;
    if (code !== 0) assert.ok(code === 130 || signal === 'SIGINT', `${code} ${signal}`);
    assert.deepEqual(readdirSync(dirname(out)), code === 0 ? ['out'] : []);
  }
  assert.ok(ended.stopped > 0, JSON.stringify(ended));
});

const ready = (api, position) => eventually(async () => {
  const snapshot = shown(await api.get(`/snapshots/${position}/`), 200);
  assert.notEqual(snapshot.state, 'failed', JSON.stringify(snapshot));
  return snapshot.state === 'ready' && snapshot;
}, `the snapshot of position ${position} is ready`);

async function create(api, body = {}) {
  const answer = answers(await api.post('/snapshots/', body), 202);
  assert.equal(answer.headers.location, `/snapshots/${answer.json.position}/`);
  assert.equal(answer.json.state, 'building');
  return ready(api, answer.json.position);
}

test('over HTTP a snapshot is created, awaited, listed, downloaded, compared and deleted', async () => {
  const server = await up();
  const { admin, key, id } = await newPlatform(server);
  const elsewhere = (await newPlatform(server)).admin;
  const { persons } = await someRecords(admin);
  const first = await create(admin);
  assert.deepEqual([first.platform, first.platform_key, first.format], [id, key, 'sqlite']);
  const again = answers(await admin.post('/snapshots/', { format: 'sqlite' }), 200);
  assert.deepEqual(again.json, first);
  refuses(await admin.post('/snapshots/', { format: 'csv' }), 409, /in sqlite; delete it first/);
  fieldErrors(await admin.post('/snapshots/', { at: first.position + 1 }), { at: [`The log ends at position ${first.position}.`] });
  fieldErrors(await admin.post('/snapshots/', { at: 0, format: 'xls' }),
    { format: ['"xls" is not a valid choice.'], at: ['Ensure this value is greater than or equal to 1.'] });

  shown(await admin.patch(`/persons/${persons[4].id}/`, { job_title: 'Admiral' }), 200);
  const second = await create(admin);
  const past = await create(admin, { format: 'ndjson', at: first.position - 1 });
  assert.equal(past.position, first.position - 1);
  const list = shown(await admin.get('/snapshots/'), 200);
  assert.deepEqual(list.results, [second, first, past]);

  const [{ name, bytes, sha256: hash }] = second.files;
  const file = answers(await admin.get(`/snapshots/${second.position}/files/${name}`), 200);
  assert.equal(file.headers['content-type'], 'application/vnd.sqlite3');
  assert.match(file.headers['content-disposition'], /^attachment; filename="annals.db"$/);
  assert.deepEqual([file.bytes.length, sha256(file.bytes)], [bytes, hash]);
  const database = join(temporaryDirectory('download'), name);
  writeFileSync(database, file.bytes);
  assert.deepEqual(rowsOf(database, `SELECT job_title FROM persons WHERE id = '${persons[4].id}'`), [{ job_title: 'Admiral' }]);
  notFound(await admin.get(`/snapshots/${second.position}/files/manifest.json`));
  notFound(await admin.get(`/snapshots/${second.position}/files/..%2F${first.position}%2Fannals.db`));

  const diff = shown(await admin.get(`/snapshots/${first.position}/diff/${second.position}/`), 200);
  assert.deepEqual(diff.tables[0], { table: 'persons', added: 0, removed: 0, changed: 1 });
  assert.deepEqual(diff.changes[0].changes.job_title, [persons[4].job_title, 'Admiral']);
  assert.equal(diff.truncated, false);
  refuses(await admin.get(`/snapshots/${first.position}/diff/${past.position}/`), 409, /only those in sqlite/);

  for (const path of ['', 'files/annals.db', `diff/${second.position}/`]) notFound(await elsewhere.get(`/snapshots/${first.position}/${path}`));
  notFound(await elsewhere.delete(`/snapshots/${first.position}/`));
  assert.equal(shown(await elsewhere.get('/snapshots/'), 200).count, 0);
  answers(await admin.delete(`/snapshots/${first.position}/`), 204);
  notFound(await admin.get(`/snapshots/${first.position}/`));
  assert.deepEqual(shown(await admin.get('/snapshots/'), 200).results, [second, past]);
});

test('stored snapshots outlive the server, and end with the first erasure', { timeoutMs: 120_000 }, async () => {
  await withServer(quiet, async (server) => {
    const api = superuser(server);
    const other = (await newPlatform(server)).admin;
    const secret = distinct('Secret name');
    const erased = await newPerson(api, { name: secret, primary_email: distinctEmail('secret') });
    const kept = await newPerson(api);
    const before = await create(api);
    await create(other);
    assert.notEqual(placesOf(join(server.data, 'snapshots'), Buffer.from(secret)).length, 0);
    await server.restart();
    assert.deepEqual(await ready(api, before.position), before);

    answers(await api.post(`/persons/${erased.id}/erase/`, { reason: 'Asked for' }), 204);
    notFound(await api.get(`/snapshots/${before.position}/`));
    for (const text of [secret, erased.primary_email]) assert.deepEqual(placesOf(server.data, Buffer.from(text)), [], text);
    assert.equal(shown(await other.get('/snapshots/'), 200).count, 1);

    for (const snapshot of [await create(api), await create(api, { at: before.position })]) {
      const directory = join(server.data, 'snapshots/1', String(snapshot.position));
      assert.deepEqual(rowsOf(join(directory, 'annals.db'), 'SELECT name FROM persons'), [{ name: kept.name }]);
    }
    const out = await taken(server, '--at', String(before.position), '--format', 'ndjson');
    assert.deepEqual(placesOf(out, Buffer.from(secret)), []);
    await isSound(server.data);
  });
});
