// Idempotency-Key: repeated, refused, raced, and kept over a restart.
import { test, withServer, sharedServer } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, refuses, shown } from '../lib/expect.mjs';
import {
  distinct, distinctEmail, join, keyOf, memberWith, newOrganization, newPerson, newPlatform, newUser, superuser,
} from '../lib/world.mjs';

const up = sharedServer();
let making;
const platform = () => (making ??= up().then(newPlatform));
const admin = async () => (await platform()).admin;
const withKey = (key, headers = {}) => ({ headers: { 'Idempotency-Key': key, ...headers } });
const replayed = (answer) => answer.headers['idempotent-replayed'];

test('the same request with the same key is answered once and repeated', async () => {
  const api = await admin();
  const key = distinct('idem');
  const body = { name: distinct('Once'), unique_id: distinct('once'), metadata: { a: 1 } };
  const first = answers(await api.post('/persons/', body, withKey(key)), 201);
  assert.equal(replayed(first), undefined);
  for (let again = 0; again < 3; again += 1) {
    const repeat = answers(await api.post('/persons/', body, withKey(key)), 201);
    assert.equal(replayed(repeat), 'true');
    assert.equal(repeat.text, first.text);
    assert.equal(repeat.etag, first.etag);
  }
  assert.equal((await api.get(`/persons/?search=${body.unique_id}`)).json.count, 1);
});

test('a repeated answer is what was answered, not what is true now', async () => {
  const api = await admin();
  const key = distinct('idem');
  const first = answers(await api.post('/persons/', { name: 'Was' }, withKey(key)), 201);
  answers(await api.patch(`/persons/${first.json.id}/`, { name: 'Is' }), 200);
  assert.equal(answers(await api.post('/persons/', { name: 'Was' }, withKey(key)), 201).text, first.text);
  answers(await api.delete(`/persons/${first.json.id}/`), 204);
  assert.equal(answers(await api.post('/persons/', { name: 'Was' }, withKey(key)), 201).text, first.text);
});

test('the same key with another body or path: 422', async () => {
  const api = await admin();
  const key = distinct('idem');
  answers(await api.post('/persons/', { name: 'One' }, withKey(key)), 201);
  refuses(await api.post('/persons/', { name: 'Two' }, withKey(key)), 422);
  refuses(await api.post('/persons/', { name: '' }, withKey(key)), 422);
  refuses(await api.post('/organizations/', { name: 'One' }, withKey(key)), 422);
  assert.equal(replayed(await api.post('/persons/', { name: 'One' }, withKey(key))), 'true');
});

test('keys belong to their user: of another they are another', async () => {
  const server = await up();
  const here = await platform();
  const { api: other } = await memberWith(server, here, 'CRM Manager');
  const key = distinct('idem');
  const body = { name: distinct('Shared key') };
  const mine = shown(await here.admin.post('/persons/', body, withKey(key)), 201);
  const theirs = answers(await other.post('/persons/', body, withKey(key)), 201);
  assert.equal(replayed(theirs), undefined);
  assert.notEqual(theirs.json.id, mine.id);
  const sameUser = await keyOf(server, here.adminUser, here);
  assert.equal(shown(await sameUser.post('/persons/', body, withKey(key)), 201).id, mine.id);
  const elsewhere = await newPlatform(server);
  assert.notEqual(shown(await elsewhere.admin.post('/persons/', body, withKey(key)), 201).id, mine.id);
});

test('refusals are not kept: the mended request goes through with the same key', async () => {
  const api = await admin();
  const key = distinct('idem');
  fieldErrors(await api.post('/persons/', { name: '' }, withKey(key)), { name: ['This field may not be blank.'] });
  const made = answers(await api.post('/persons/', { name: 'Mended' }, withKey(key)), 201);
  assert.equal(replayed(made), undefined);
});

test('an answer that wrote no event is decided again', async () => {
  const api = await admin();
  const primary = await newPerson(api);
  const duplicate = await newPerson(api);
  const body = { primary_id: primary.id, duplicate_ids: [duplicate.id] };
  shown(await api.post('/persons/merge/', body), 200);
  const key = distinct('idem');
  for (let again = 0; again < 2; again += 1) {
    const noop = answers(await api.post('/persons/merge/', body, withKey(key)), 200);
    assert.deepEqual(noop.json.merged_ids, []);
    assert.equal(replayed(noop), undefined);
  }
});

test('invitations, links, merges and organizations are repeated too', async () => {
  const server = await up();
  const api = await admin();
  const person = await newPerson(api, { primary_email: distinctEmail() });
  const other = await newPerson(api);
  const user = await newUser(server);
  shown(await join(server, user, await platform()), 201);
  for (const [path, body, status] of [
    [`/persons/${person.id}/invite/`, { redirect_to: 'https://app.example/in' }, 201],
    ['/persons/merge/', { primary_id: person.id, duplicate_ids: [other.id] }, 200],
    [`/persons/${person.id}/link-user/`, { user_id: user.id }, 200],
    ['/organizations/', { name: distinct('Idem') }, 201],
    ['/api/catalog/invitations/platform/', { email: distinctEmail(), platform_key: (await platform()).key }, 201],
  ]) {
    const key = distinct('idem');
    const first = answers(await api.post(path, body, withKey(key)), status);
    const repeat = answers(await api.post(path, body, withKey(key)), status);
    assert.equal(repeat.text, first.text);
    assert.equal(replayed(repeat), 'true', path);
  }
});

test('an answer that holds a secret is never kept', async () => {
  const here = await platform();
  const key = distinct('idem');
  const body = { username: here.adminUser.username, name: distinct('token'), platform_key: here.key };
  const first = answers(await here.admin.post('/api/core/platform/api-tokens/', body, withKey(key)), 201);
  const again = answers(await here.admin.post('/api/core/platform/api-tokens/', body, withKey(key)), 400);
  assert.equal(replayed(again), undefined);
  assert.ok(!again.text.includes(first.json.key));
});

test('twenty at once with one key make one record', async () => {
  const api = await admin();
  const key = distinct('idem');
  const body = { name: distinct('Raced') };
  const all = await Promise.all(Array.from({ length: 20 }, () => api.post('/organizations/', body, withKey(key))));
  for (const answer of all) assert.ok([201, 409].includes(answer.status), String(answer));
  const made = all.filter(({ status }) => status === 201);
  assert.ok(made.length >= 1);
  assert.equal(new Set(made.map(({ text }) => text)).size, 1);
  assert.equal(made.filter((answer) => replayed(answer) === undefined).length, 1);
});

test('keys that are too long or not printable are refused', async () => {
  const api = await admin();
  refuses(await api.post('/persons/', { name: 'Long key' }, withKey('k'.repeat(256))), 400);
  answers(await api.post('/persons/', { name: 'Long key' }, withKey('k'.repeat(255))), 201);
});

test('kept answers survive a restart and a kill', async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    const organization = await newOrganization(api);
    const key = distinct('idem');
    const body = { name: 'Kept', primary_email: distinctEmail(), organization: organization.id, metadata: { z: 1, a: [2] } };
    const first = answers(await api.post('/persons/', body, withKey(key)), 201);
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      await server.restart(signal);
      const repeat = answers(await api.post('/persons/', body, withKey(key)), 201);
      assert.equal(repeat.text, first.text);
      assert.equal(repeat.etag, first.etag);
      assert.equal(replayed(repeat), 'true');
      refuses(await api.post('/persons/', { name: 'Other' }, withKey(key)), 422);
    }
  });
});
