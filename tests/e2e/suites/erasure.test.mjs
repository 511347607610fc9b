// Erasing a person: its key destroyed, everything that showed it gone, and the log as sound as before.
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, sharedServer, withServer } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, forbidden, notFound, refuses, shown } from '../lib/expect.mjs';
import {
  distinct, distinctEmail, memberWith, newPerson, newPlatform, superuser, unknownId,
} from '../lib/world.mjs';
import { contentsBelow, placesOf } from '../lib/files.mjs';
import { isSound, replay } from '../lib/log.mjs';
import { annals } from '../lib/server.mjs';

const up = sharedServer();
let making;
const platform = () => (making ??= up().then(newPlatform));
const admin = async () => (await platform()).admin;
const erase = (api, { id }, body, options) => api.post(`/persons/${id}/erase/`, body, options);
const merge = (api, primary, duplicate) =>
  api.post('/persons/merge/', { primary_id: primary.id, duplicate_ids: [duplicate.id] });
const listOf = (server) =>
  readFileSync(join(server.data, 'erasures'), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

// docs/log-format.md: a key file is a header, a mark, and slots from number 1 on
const keyFileOfMain = 'keys/1.keys';
const slotBytes = (file, slot) => file.subarray(64 + (slot - 1) * 64, 64 + slot * 64);

test('an erased person is gone from everything that showed it, and its unique values are free', async () => {
  const api = await admin();
  const fields = { unique_id: distinct('u'), primary_email: distinctEmail(), metadata: { [distinct('k')]: 1 } };
  const person = await newPerson(api, fields);
  shown(await api.post(`/persons/${person.id}/invite/`), 201);
  const before = shown(await api.get('/persons/'), 200).count;
  const answer = answers(await erase(api, person, { reason: 'Asked for' }), 204);
  assert.equal(answer.text, '');
  notFound(await api.get(`/persons/${person.id}/`));
  notFound(await api.patch(`/persons/${person.id}/`, { name: 'Back' }));
  notFound(await api.delete(`/persons/${person.id}/`));
  notFound(await erase(api, person));
  assert.equal(shown(await api.get('/persons/'), 200).count, before - 1);
  for (const query of [`search=${encodeURIComponent(person.name)}`, `metadata__has_key=${Object.keys(fields.metadata)[0]}`]) {
    assert.equal(shown(await api.get(`/persons/?${query}`), 200).count, 0, query);
  }
  const invitations = await api.get(`/api/catalog/invitations/platform/?email=${encodeURIComponent(fields.primary_email)}`);
  assert.equal(shown(invitations, 200).count, 0);
  const again = await newPerson(api, fields);
  shown(await api.post(`/persons/${again.id}/invite/`), 201);
});

test('deleted and merged persons can be erased', async () => {
  const api = await admin();
  const [deleted, primary, duplicate] = [await newPerson(api), await newPerson(api), await newPerson(api)];
  answers(await api.delete(`/persons/${deleted.id}/`), 204);
  answers(await erase(api, deleted), 204);
  shown(await merge(api, primary, duplicate), 200);
  answers(await erase(api, duplicate), 204);
  notFound(await api.post(`/persons/${duplicate.id}/unmerge/`));
  assert.equal(shown(await api.get(`/persons/${primary.id}/`), 200).name, primary.name);
});

test('the duplicate of an erased primary can be taken back', async () => {
  const api = await admin();
  const [primary, duplicate] = [await newPerson(api), await newPerson(api)];
  shown(await merge(api, primary, duplicate), 200);
  answers(await erase(api, primary), 204);
  assert.equal(shown(await api.get(`/persons/${duplicate.id}/`), 200).merged_into, primary.id);
  shown(await api.post(`/persons/${duplicate.id}/unmerge/`), 200);
  assert.equal(shown(await api.get(`/persons/${duplicate.id}/`), 200).active, true);
});

test('who may not delete may not erase; of elsewhere and of nowhere: 404; a reason has its limit', async () => {
  const server = await up();
  const here = await platform();
  const person = await newPerson(here.admin);
  const { api: viewer } = await memberWith(server, here, 'CRM Viewer');
  forbidden(await erase(viewer, person));
  notFound(await erase((await newPlatform(server)).admin, person));
  notFound(await erase(here.admin, { id: unknownId() }));
  notFound(await erase(here.admin, { id: 'nobody' }));
  fieldErrors(await erase(here.admin, person, { reason: 'x'.repeat(1001) }), {
    reason: ['Ensure this field has no more than 1000 characters.'],
  });
  refuses(await erase(here.admin, person, undefined, { headers: { 'If-Match': '"7"' } }), 412);
  assert.equal(shown(await here.admin.get(`/persons/${person.id}/`), 200).name, person.name);
});

test('an erasure has a certificate that the log bears out', async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    const person = await newPerson(api);
    const path = `/persons/${person.id}/erasure/`;
    notFound(await api.get(path));
    shown(await api.patch(`/persons/${person.id}/`, { job_title: 'Smith' }), 200);
    const [created, patched] = await replay(server.data, '--platform', 'main', '--stream', `person-${person.id}`);
    answers(await erase(api, person, { reason: 'Asked for by letter' }), 204);
    const certificate = shown(await api.get(path), 200);
    const events = await replay(server.data, '--platform', 'main', '--stream', `person-${person.id}`);
    const { position, hash, recorded_at: at, actor } = events.at(-1);
    assert.deepEqual(certificate, {
      person_id: person.id, erased_at: at, erased_by: { user: actor.user, username: actor.username },
      reason: 'Asked for by letter', position, events: [created.position, patched.position, position], hash,
      head: { position, hash },
    });
    await newPerson(api);
    const later = shown(await api.get(path), 200);
    assert.ok(later.head.position > position);
    assert.deepEqual({ ...later, head: certificate.head }, certificate);
    const entries = shown(await api.get(`/persons/${person.id}/history/`), 200);
    assert.deepEqual(entries.map(({ event, action }) => [event, action]),
      [['PersonErased', 'delete'], ['PersonUpdated', 'update'], ['PersonCreated', 'create']]);
    assert.ok(entries.every(({ erased }) => erased === true));
    notFound(await api.get(`/persons/${unknownId()}/erasure/`));
  });
});

test('the certificate names the invitations that went with the person, too', async () => {
  const api = await admin();
  const person = await newPerson(api, { primary_email: distinctEmail() });
  const invited = async () => Number(answers(await api.post(`/persons/${person.id}/invite/`), 201).headers['x-position']);
  const first = await invited();
  await newPerson(api);
  const { results } = shown(await api.get('/api/catalog/invitations/platform/'), 200);
  answers(await api.delete(`/api/catalog/invitations/platform/?id=${results[0].id}`), 204);
  const second = await invited();
  const erased = Number(answers(await erase(api, person), 204).headers['x-position']);
  const { events } = shown(await api.get(`/persons/${person.id}/erasure/`), 200);
  assert.deepEqual(events.slice(1), [first, second, erased]);
  const feed = shown(await api.get(`/events/?after=${events[0] - 1}`), 200).results;
  const unreadable = feed.filter(({ data }) => data.erased).map(({ position }) => position);
  assert.deepEqual(unreadable.filter((position) => position < erased && position !== events[0]), [first, second]);
});

test('an erasure repeated with its Idempotency-Key is answered again; the creation is not', async () => {
  const api = await admin();
  const body = { name: distinct('Once') };
  const creating = { headers: { 'Idempotency-Key': distinct('create') } };
  const person = shown(await api.post('/persons/', body, creating), 201);
  const erasing = { headers: { 'Idempotency-Key': distinct('erase') } };
  answers(await erase(api, person, undefined, erasing), 204);
  assert.equal(answers(await erase(api, person, undefined, erasing), 204).headers['idempotent-replayed'], 'true');
  const fresh = answers(await api.post('/persons/', body, creating), 201);
  assert.notEqual(fresh.json.id, person.id);
});

test('nothing in the data directory opens what was erased, and the log stays sound', { timeoutMs: 120_000 }, async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    const texts = ['name', 'job_title', 'unique_id'].map((field) => [field, distinct(`Secret ${field}`)]);
    const email = distinctEmail('secret');
    const creating = { headers: { 'Idempotency-Key': distinct('idem') } };
    const body = { ...Object.fromEntries(texts), primary_email: email, metadata: { note: distinct('Secret note') } };
    const person = shown(await api.post('/persons/', body, creating), 201);
    const kept = await newPerson(api);
    shown(await api.post(`/persons/${person.id}/invite/`, {}, { headers: { 'Idempotency-Key': distinct('idem') } }), 201);
    shown(await api.patch(`/persons/${person.id}/`, { job_title: distinct('Secret later') }), 200);
    const keysBefore = new Map([...contentsBelow(server.data)].filter(([name]) => name.startsWith('keys/')));
    answers(await erase(api, person, { reason: 'Asked for by letter' }), 204);

    const [erasure] = listOf(server);
    assert.deepEqual(Object.keys(erasure), ['platform', 'person', 'slot', 'position', 'erased_at']);
    assert.deepEqual([erasure.platform, erasure.person], [1, person.id]);
    const keysOfMain = keysBefore.get(keyFileOfMain);
    const noneOpens = () => {
      assert.deepEqual(placesOf(server.data, slotBytes(keysOfMain, erasure.slot)), [], 'the key as it stood');
      assert.equal(placesOf(server.data, slotBytes(keysOfMain, erasure.slot + 1)).length, 1, 'its neighbour, for comparison');
      for (const text of [...texts.map(([, value]) => value), email, body.metadata.note]) {
        assert.deepEqual(placesOf(server.data, Buffer.from(text)), [], text);
      }
    };
    noneOpens();
    const events = await replay(server.data, '--platform', 'main', '--stream', `person-${person.id}`);
    assert.deepEqual(events.map(({ type }) => type), ['PersonCreated', 'PersonUpdated', 'PersonErased']);
    for (const { data } of events.slice(0, 2)) assert.equal(data.erased, true);
    assert.equal(events[0].data.name, null);
    assert.equal(events[2].data.reason, 'Asked for by letter');
    assert.equal(events[2].position, erasure.position);

    await server.kill();
    noneOpens();
    await isSound(server.data);
    assert.equal((await annals(['rebuild', '--data', server.data])).code, 0);
    await isSound(server.data);
    await server.launch();
    notFound(await api.get(`/persons/${person.id}/`));
    assert.equal(shown(await api.get(`/persons/${kept.id}/`), 200).name, kept.name);
    noneOpens();
  });
});

test('what a crash left between the log and the key is done at the next start', async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    const [one, two] = [await newPerson(api), await newPerson(api)];
    answers(await erase(api, one), 204);
    answers(await erase(api, two), 204);
    await server.stop();
    const file = join(server.data, 'erasures');
    const lines = readFileSync(file, 'utf8');
    // as if the machine had stopped while it wrote the second line
    truncateSync(file, statSync(file).size - 20);
    await server.launch();
    assert.equal(readFileSync(file, 'utf8'), lines);
    await server.stop();
    writeFileSync(file, '');
    await server.launch();
    assert.equal(readFileSync(file, 'utf8'), lines);
    appendFileSync(file, '{"platform": 1, "person"');
    await server.restart();
    assert.equal(readFileSync(file, 'utf8'), lines);
  });
});
