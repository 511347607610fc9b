// Erasing, proved from outside: of somebody with a long life nothing is left in any file, answer, snapshot or backup.
import { createDecipheriv } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, withServer } from '../lib/suite.mjs';
import { succeeds } from '../lib/command.mjs';
import { answers, assert, eventually, notFound, shown } from '../lib/expect.mjs';
import { contentsBelow } from '../lib/files.mjs';
import { isGapless, isSound, replay } from '../lib/log.mjs';
import { annals, Server, temporaryDirectory } from '../lib/server.mjs';
import { distinct, newPerson, superuser } from '../lib/world.mjs';

const invitations = '/api/catalog/invitations/platform/';

/** Texts that cannot stand anywhere by chance; each is looked for in every spelling that a program might give it. */
class Needles {
  constructor() {
    this.all = [];
  }
  text(word) {
    const made = `${word}quokka${this.all.length}xylograph${Math.random().toString(36).slice(2, 10)}`;
    this.all.push(made);
    return made;
  }
  email(word) {
    return `${this.text(word)}@${this.text('host')}.example`;
  }
  fields() {
    return {
      name: this.text('Name'), primary_email: this.email('primary'), emails: [this.email('second'), this.email('third')],
      contact_numbers: [{ [this.text('kind')]: this.text('Number+49') }], job_title: this.text('Title'), unique_id: this.text('Unique'),
      metadata: { [this.text('key')]: { address: { street: this.text('Street'), [this.text('deep')]: [this.text('value')] } } },
    };
  }
  static spellings(text) {
    const plain = Buffer.from(text);
    return [plain, Buffer.from(text.toLowerCase()), Buffer.from(text.toUpperCase()), Buffer.from(text, 'utf16le'),
      Buffer.from(plain.toString('hex'))];
  }
  /** Which of them stand in the bytes. */
  in(bytes) {
    return this.all.filter((text) => Needles.spellings(text).some((spelling) => bytes.includes(spelling)));
  }
  /** `<text> in <file>` for every file below that holds one. */
  below(directory) {
    return [...contentsBelow(directory)].flatMap(([file, bytes]) => this.in(bytes).map((text) => `${text} in ${file}`));
  }
}

/** A past may be being made for somebody else: what is asked then is asked again. */
const patiently = (ask) => eventually(async () => {
  const answer = await ask();
  return answer.status !== 503 && answer;
}, 'an answer other than 503');

async function stored(api, body) {
  const { position } = answers(await api.post('/snapshots/', body), 202).json;
  await eventually(async () => shown(await api.get(`/snapshots/${position}/`), 200).state === 'ready', 'a snapshot');
}

const positionOf = async (api) => shown(await api.get('/audit/head'), 200).position;

/** Everything that happens to somebody: { person, absorbed, primary, middle }, `middle` a position of that time. */
async function longLife(api, needles) {
  const once = () => ({ headers: { 'Idempotency-Key': distinct('once') } });
  const created = needles.fields();
  const person = shown(await api.post('/persons/', created, once()), 201);
  const path = `/persons/${person.id}/`;
  shown(await api.patch(path, needles.fields(), once()), 200);
  const { unique_id: unique } = shown(await api.put(path, needles.fields(), once()), 200);
  const line = `${JSON.stringify({ unique_id: unique, name: needles.text('Imported') })}\n`;
  const imported = shown(await api.post('/persons/import/?upsert=true', line, { type: 'application/x-ndjson' }), 200);
  assert.equal(imported.updated, 1, JSON.stringify(imported));
  const items = [{ operation: 'update', id: person.id, job_title: needles.text('Batched') }];
  shown(await api.post('/persons/batch/', { items }, once()), 200);
  const invite = { redirect_to: `https://${needles.text('redirect')}.example/`, enrollment_config: { [needles.text('enroll')]: needles.text('with') } };
  shown(await api.post(`${path}invite/`, invite, once()), 201);
  const middle = await positionOf(api);
  await stored(api, { format: 'csv' });
  const [primary, absorbed] = [await newPerson(api), await newPerson(api)];
  shown(await api.post('/persons/merge/', { primary_id: person.id, duplicate_ids: [absorbed.id] }, once()), 200);
  await stored(api, { format: 'ndjson' });
  shown(await api.post('/persons/merge/', { primary_id: primary.id, duplicate_ids: [person.id] }, once()), 200);
  shown(await api.patch(path, { metadata: { [needles.text('late')]: needles.text('last') } }), 200);
  await stored(api, {});
  return { person, absorbed, primary, middle };
}

/** What is asked about the life; 404s count, too. */
async function everyAnswer(api, { person, absorbed, primary, middle }) {
  const paths = ['/persons/?page_size=100', '/persons/?ordering=name', '/persons/?active=false', '/persons/export/', '/persons/export/?format=ndjson',
    '/organizations/', invitations, '/snapshots/', `/persons/?as_of=${middle}`, `${invitations}?as_of=${middle}`,
    `/persons/?as_of=${middle}&ordering=name`, `/persons/${person.id}/?as_of=${middle}`, `/persons/${person.id}/erasure/`];
  for (const { id } of [person, absorbed, primary]) paths.push(`/persons/${id}/`, `/persons/${id}/history/`, `/persons/${id}/export/`);
  const texts = [];
  for (const path of paths) texts.push((await patiently(() => api.get(path))).text);
  for (let after = 0, more = true; more;) {
    const page = answers(await api.get(`/events/?after=${after}&limit=50`), 200);
    texts.push(page.text);
    ({ next_after: after, has_more: more } = page.json);
  }
  return texts.join('\n');
}

async function nobodyIsFound(api, needles, { person, middle }) {
  notFound(await api.get(`/persons/${person.id}/`));
  notFound(await api.get(`/persons/${person.id}/?as_of=${middle}`));
  for (const text of needles.all) {
    for (const query of [`search=${encodeURIComponent(text)}`, `metadata__has_key=${encodeURIComponent(text)}`]) {
      assert.equal(shown(await api.get(`/persons/?${query}`), 200).count, 0, query);
    }
  }
  const emails = needles.all.flatMap((text, at) => (text.startsWith('primary') ? [`${text}@${needles.all[at + 1]}.example`] : []));
  for (const email of emails) {
    assert.equal(shown(await api.get(`${invitations}?email=${encodeURIComponent(email)}`), 200).count, 0, email);
    notFound(await api.get(`${invitations}check/?email=${encodeURIComponent(email)}`));
  }
}

async function taken(data, ...more) {
  const out = join(temporaryDirectory('snapshot'), 'out');
  await succeeds('snapshot', '--data', data, '--out', out, ...more);
  return out;
}

/** Nothing is in the directory, in what the commands print of it, nor in the files that they make of it. */
async function nothingIn(data, needles, middle, when) {
  assert.deepEqual(needles.below(data), [], when);
  const printed = [['replay'], ['export', 'persons', '--format', 'ndjson'], ['export', 'persons', '--format', 'csv'], ['head']];
  for (const [command, ...more] of printed) {
    assert.deepEqual(needles.in(Buffer.from(await succeeds(command, '--data', data, ...more))), [], `${command}, ${when}`);
  }
  for (const format of ['sqlite', 'ndjson', 'csv']) {
    for (const at of [[], ['--at', String(middle)]]) {
      assert.deepEqual(needles.below(await taken(data, '--format', format, ...at)), [], `${format} ${at}, ${when}`);
    }
  }
}

// A key file is a header, a mark, and slots of 64 bytes from number 1 on.
const keyFileOfMain = 'keys/1.keys';

/** What stands in a slot of main, and the key in it, as only the master key opens it. */
function slotOf(contents, slot) {
  const wrapped = contents.get(keyFileOfMain).subarray(64 + (slot - 1) * 64, 64 + slot * 64);
  const master = Buffer.from(contents.get('master.key').toString().trim(), 'hex');
  const purpose = Buffer.alloc(27, 'annals slot');
  purpose.writeBigUInt64BE(1n, 11);
  purpose.writeBigUInt64BE(BigInt(slot), 19);
  const opened = createDecipheriv('aes-256-gcm', master, wrapped.subarray(0, 12)).setAAD(purpose).setAuthTag(wrapped.subarray(44, 60));
  return { wrapped, key: Buffer.concat([opened.update(wrapped.subarray(12, 44)), opened.final()]) };
}

/** The files that hold the key, open or wrapped as it was, or a half of that. */
function holdersOf({ key, wrapped }, contents) {
  const pieces = [key, Buffer.from(key.toString('hex')), wrapped.subarray(12, 28), wrapped.subarray(28, 44)];
  return [...contents].filter(([, bytes]) => pieces.some((piece) => bytes.includes(piece))).map(([file]) => file);
}

/** Erases; the slot as it was before. */
async function erase(server, api, person) {
  const before = contentsBelow(server.data);
  answers(await api.post(`/persons/${person.id}/erase/`, { reason: 'Asked for by letter' }), 204);
  const [erasure] = readFileSync(join(server.data, 'erasures'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(erasure.person, person.id);
  const slot = slotOf(before, erasure.slot);
  assert.deepEqual(holdersOf(slot, before), [keyFileOfMain], 'where the key stood');
  return slot;
}

async function provedAgainst(data, head) {
  const verified = await annals(['verify', '--data', data, '--head', head]);
  assert.deepEqual([verified.code, verified.stderr], [0, ''], verified.stdout);
}

test('of an erased person nothing is left: in files, answers, snapshots, a backup and what is restored from it', { timeoutMs: 240_000 }, async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    const needles = new Needles();
    const life = await longLife(api, needles);
    const { person, middle } = life;
    await everyAnswer(api, life); // pasts are kept by now
    const [work, others] = [temporaryDirectory('proof'), await newPerson(api)];
    const [head, before, after] = ['head.json', 'before.backup', 'after.backup'].map((name) => join(work, name));
    writeFileSync(head, (await api.get('/audit/head')).text);
    await succeeds('backup', '--data', server.data, '--out', before);

    // all of them are there, and found: by the same means as later none
    assert.deepEqual(needles.in(Buffer.from(JSON.stringify(await replay(server.data)))), needles.all);
    assert.ok(needles.in(Buffer.from(await everyAnswer(api, life))).length > 20);
    const held = needles.below(server.data);
    assert.ok(held.length > 10 && held.every((place) => place.includes(' in snapshots/')), held.join('\n'));
    const slot = await erase(server, api, person);

    assert.deepEqual(holdersOf(slot, contentsBelow(server.data)), [], 'the key');
    await nobodyIsFound(api, needles, life);
    assert.deepEqual(needles.in(Buffer.from(await everyAnswer(api, life))), []);
    await nothingIn(server.data, needles, middle, 'while it runs');
    assert.deepEqual(needles.in(Buffer.from(server.log())), [], 'the log of requests');
    await succeeds('backup', '--data', server.data, '--out', after);
    assert.deepEqual(needles.in(readFileSync(after)), [], 'a backup made afterwards');
    await server.kill();
    await isSound(server.data);
    await provedAgainst(server.data, head);
    await succeeds('rebuild', '--data', server.data);
    await isSound(server.data);
    await nothingIn(server.data, needles, middle, 'after a kill and a rebuild');
    assert.deepEqual(holdersOf(slot, contentsBelow(server.data)), [], 'the key, after a rebuild');
    isGapless(await replay(server.data));
    await server.launch();
    await nobodyIsFound(api, needles, life);
    await server.stop();

    const list = join(server.data, 'erasures');
    for (const [backup, more] of [[after, []], [before, ['--erasures', list]]]) {
      const data = join(temporaryDirectory('restored'), 'data');
      const said = await succeeds('restore', '--from', backup, '--data', data, ...more);
      if (backup === before) assert.match(said, /^of 1 erasures, 1 were of persons in the backup; their keys are destroyed$/m);
      await isSound(data);
      await provedAgainst(data, head);
      assert.deepEqual(holdersOf(slot, contentsBelow(data)), [], `the key, restored from ${backup}`);
      const copy = await Server.start({ data, token: server.token });
      await nobodyIsFound(superuser(copy), needles, life);
      assert.deepEqual(needles.in(Buffer.from(await everyAnswer(superuser(copy), life))), []);
      assert.equal(shown(await superuser(copy).get(`/persons/${others.id}/`), 200).name, others.name);
      await nothingIn(data, needles, middle, `restored from ${backup}`);
      await copy.stop();
      await succeeds('rebuild', '--data', data);
      await isSound(data);
    }
  });
});
