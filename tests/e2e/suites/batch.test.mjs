// Many persons in one request: created, updated, upserted, with a result for each.
import { test, sharedServer } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, forbidden, refuses, shown } from '../lib/expect.mjs';
import { distinct, memberWith, newPerson, newPlatform, unknownId } from '../lib/world.mjs';
import { isSound, replay } from '../lib/log.mjs';

const up = sharedServer();
let making;
const platform = () => (making ??= up().then(newPlatform));
const admin = async () => (await platform()).admin;
const batch = (api, items, more = {}) => api.post('/persons/batch/', { items, ...more });
const read = async (api, id) => shown(await api.get(`/persons/${id}/`), 200);

test('a batch creates, updates and upserts in one commit, with a result for each item in order', async () => {
  const server = await up();
  const here = await newPlatform(server);
  const api = here.admin;
  const [one, two] = [await newPerson(api), await newPerson(api, { unique_id: distinct('u') })];
  const [created, upserted] = [distinct('Created'), distinct('u')];
  const answer = answers(await batch(api, [
    { operation: 'create', name: created, metadata: { a: 1 } },
    { operation: 'update', id: one.id, job_title: 'Smith' },
    { operation: 'upsert', unique_id: two.unique_id, job_title: 'Judge' },
    { operation: 'upsert', unique_id: upserted, name: 'New' },
    { operation: 'upsert', unique_id: upserted, job_title: 'Again' },
  ]), 200);
  const { results } = answer.json;
  assert.deepEqual(results.map(({ index }) => index), [0, 1, 2, 3, 4]);
  assert.deepEqual(results.map(({ status }) => status), [201, 200, 200, 201, 200]);
  assert.deepEqual([results[1].id, results[2].id, results[4].id], [one.id, two.id, results[3].id]);
  assert.equal((await read(api, results[0].id)).name, created);
  assert.deepEqual((({ name, job_title }) => ({ name, job_title }))(await read(api, one.id)), { name: one.name, job_title: 'Smith' });
  assert.equal((await read(api, two.id)).job_title, 'Judge');
  assert.deepEqual((({ name, job_title }) => [name, job_title])(await read(api, results[3].id)), ['New', 'Again']);
  const events = (await replay(server.data, '--platform', here.key)).slice(-5);
  assert.equal(new Set(events.map(({ hash }) => hash)).size, 1, 'one commit');
  assert.equal(Number(answer.headers['x-position']), events.at(-1).position);
});

test('an item that is refused keeps no other from being done', async () => {
  const api = await admin();
  const taken = distinct('u');
  const { results } = shown(await batch(api, [
    { operation: 'create', name: 'First', unique_id: taken },
    { operation: 'create', name: 'Second', unique_id: taken },
    { operation: 'create' },
    { operation: 'update', id: unknownId(), name: 'Nobody' },
    { operation: 'erase', name: 'No' },
    'text',
    { operation: 'create', name: 'Last' },
  ]), 200);
  assert.deepEqual(results.map(({ status }) => status), [201, 400, 400, 404, 400, 400, 201]);
  assert.deepEqual(results[1], { index: 1, status: 400, errors: { unique_id: ['person with this unique id already exists.'] } });
  assert.deepEqual(results[2].errors, { name: ['This field is required.'] });
  assert.deepEqual(results[4].errors, { operation: ['"erase" is not a valid choice.'] });
  assert.equal((await read(api, results[6].id)).name, 'Last');
});

test('all or none: one refused item, and nothing is written', async () => {
  const api = await admin();
  const before = shown(await api.get('/persons/'), 200).count;
  const items = [{ operation: 'create', name: 'One' }, { operation: 'create', name: '' }];
  const { results } = answers(await batch(api, items, { all_or_none: true }), 400).json;
  assert.deepEqual(results.map(({ status }) => status), [201, 400]);
  assert.ok(!('id' in results[0]));
  assert.equal(shown(await api.get('/persons/'), 200).count, before);
  shown(await batch(api, [items[0], { operation: 'create', name: 'Two' }], { all_or_none: true }), 200);
  assert.equal(shown(await api.get('/persons/'), 200).count, before + 2);
});

test('a batch holds 1 to 1,000 items', async () => {
  const api = await admin();
  fieldErrors(await batch(api, []), { items: ['This list may not be empty.'] });
  fieldErrors(await api.post('/persons/batch/', {}), { items: ['This field is required.'] });
  fieldErrors(await batch(api, { a: 1 }), { items: ['Expected a list of items but got type "dict".'] });
  const many = (count) => Array.from({ length: count }, (_, at) => ({ operation: 'create', name: `Many ${at}` }));
  fieldErrors(await batch(api, many(1001)), { items: ['Ensure this field has no more than 1000 elements.'] });
  const before = shown(await api.get('/persons/'), 200).count;
  const { results } = shown(await batch(api, many(1000)), 200);
  assert.equal(new Set(results.map(({ id }) => id)).size, 1000);
  assert.equal(shown(await api.get('/persons/'), 200).count, before + 1000);
});

test('a batch repeated by unique ids changes nothing', async () => {
  const api = await admin();
  const items = Array.from({ length: 3 }, () => ({ operation: 'upsert', unique_id: distinct('u'), name: distinct('Same') }));
  const first = answers(await batch(api, items), 200);
  const second = answers(await batch(api, items), 200);
  assert.deepEqual(second.json.results.map(({ status }) => status), [200, 200, 200]);
  assert.deepEqual(second.json.results.map(({ id }) => id), first.json.results.map(({ id }) => id));
  assert.equal(second.headers['x-position'], first.headers['x-position']);
});

test('a batch repeated with its Idempotency-Key is answered again, also after a kill', async () => {
  const server = await up();
  const { admin } = await newPlatform(server);
  const one = await newPerson(admin);
  const upserted = distinct('u');
  const items = [
    { operation: 'create', name: distinct('Keyed') },
    { operation: 'update', id: one.id, job_title: 'Miller' },
    { operation: 'upsert', unique_id: upserted, name: distinct('Keyed') },
    { operation: 'upsert', unique_id: upserted, job_title: 'Baker' },
  ];
  const keyed = { headers: { 'Idempotency-Key': distinct('batch') } };
  const send = (body) => admin.post('/persons/batch/', body, keyed);
  const first = answers(await send({ items }), 200);
  assert.deepEqual(first.json.results.map(({ status }) => status), [201, 200, 201, 200]);
  for (const restart of [async () => {}, () => server.restart('SIGKILL')]) {
    await restart();
    const again = answers(await send({ items }), 200);
    assert.equal(again.headers['idempotent-replayed'], 'true');
    assert.equal(again.text, first.text);
  }
  refuses(await send({ items: items.slice(1) }), 422);
  assert.equal(shown(await admin.get('/persons/'), 200).count, 3);
});

test('with an Idempotency-Key a batch whose answer could not be repeated writes nothing', async () => {
  const { admin } = await newPlatform(await up());
  const person = await newPerson(admin, { job_title: 'Cooper' });
  const good = { operation: 'create', name: distinct('Good') };
  const keyed = { headers: { 'Idempotency-Key': distinct('batch') } };
  for (const silent of [{ operation: 'create', name: '' }, { operation: 'update', id: person.id, job_title: 'Cooper' }]) {
    const answer = await admin.post('/persons/batch/', { items: [good, silent] }, keyed);
    assert.match(refuses(answer, 400).json.detail, /every item of a batch has to write something/);
    assert.equal(shown(await admin.get('/persons/'), 200).count, 1);
  }
  shown(await admin.post('/persons/batch/', { items: [good] }, keyed), 200);
  assert.equal(shown(await admin.get('/persons/'), 200).count, 2);
});

test('who may not write persons may send no batch; the log stays sound', async () => {
  const server = await up();
  const { api: viewer } = await memberWith(server, await platform(), 'CRM Viewer');
  forbidden(await batch(viewer, [{ operation: 'create', name: 'No' }]));
  await server.stop();
  await isSound(server.data);
  await server.launch();
});
