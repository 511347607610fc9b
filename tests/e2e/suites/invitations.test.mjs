// The platform's invitations: listed, made without a person, checked, revoked.
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, notFound, refuses, shown } from '../lib/expect.mjs';
import { sleep } from '../lib/server.mjs';
import { distinctEmail, newPerson, newPlatform, stranger, superuser } from '../lib/world.mjs';

const up = sharedServer();
const path = '/api/catalog/invitations/platform/';
const check = (server, email, key) =>
  stranger(server).get(`${path}check/?email=${encodeURIComponent(email)}${key ? `&platform_key=${key}` : ''}`);
/** The check is limited per client address; these tests wait their turn. */
const checked = (server, email, key) => eventually(async () => {
  const answer = await check(server, email, key);
  return answer.status === 429 ? undefined : answer;
}, 'the limit to let the check through');
const fields = ['id', 'user_id', 'username', 'email', 'created', 'started', 'expired', 'source', 'redirect_to', 'active',
  'metadata', 'platform_key'];

test('invitations of a person and of an email are listed, newest first', async () => {
  const platform = await newPlatform(await up());
  const person = await newPerson(platform.admin, { primary_email: distinctEmail('person') });
  const first = shown(await platform.admin.post(`/persons/${person.id}/invite/`, { redirect_to: 'https://a.example/' }), 201);
  const email = distinctEmail('Direct');
  const second = shown(await platform.admin.post(path, { email, platform_key: platform.key, redirect_to: 'https://b.example/' }), 201);
  assert.deepEqual(Object.keys(second).sort(), [...fields].sort());
  assert.deepEqual([second.email, second.active, second.platform_key, second.user_id, second.username, second.redirect_to],
    [email, true, platform.key, null, null, 'https://b.example/']);
  assert.notEqual(second.id, first.invitation_id);
  const page = shown(await platform.admin.get(path), 200);
  assert.deepEqual(page.results.map(({ id }) => id), [second.id, first.invitation_id]);
  assert.equal(page.count, 2);
  for (const each of page.results) {
    assert.deepEqual(Object.keys(each).sort(), [...fields].sort());
    const days = (Date.parse(each.expired) - Date.parse(each.created)) / 86_400_000;
    assert.equal(days, 30);
  }
  assert.equal(page.results[1].email, person.primary_email);
  assert.notEqual(page.results[0].source, page.results[1].source);
  const sorted = shown(await platform.admin.get(`${path}?sort=id`), 200);
  assert.deepEqual(sorted.results.map(({ id }) => id), [first.invitation_id, second.id]);
  assert.deepEqual(shown(await platform.admin.get(`${path}?sort=-id&page_size=1&page=2`), 200).results.map(({ id }) => id), [first.invitation_id]);
});

test('the list filters by active and email', async () => {
  const platform = await newPlatform(await up());
  const emails = [distinctEmail('one'), distinctEmail('two'), distinctEmail('three')];
  const made = [];
  for (const email of emails) made.push(shown(await platform.admin.post(path, { email, platform_key: platform.key }), 201).id);
  answers(await platform.admin.delete(`${path}?id=${made[1]}`), 204);
  const ids = async (query) => shown(await platform.admin.get(`${path}${query}`), 200).results.map(({ id }) => id);
  assert.deepEqual(await ids('?active=true'), [made[2], made[0]]);
  assert.deepEqual(await ids('?active=false'), [made[1]]);
  assert.deepEqual(await ids(`?email=${encodeURIComponent(emails[2].toUpperCase())}`), [made[2]]);
  assert.deepEqual(await ids(`?email=${emails[1]}&active=true`), []);
});

test('an email is invited once, by person or directly', async () => {
  const platform = await newPlatform(await up());
  const email = distinctEmail('Once');
  const made = shown(await platform.admin.post(path, { email, platform_key: platform.key }), 201);
  const again = refuses(await platform.admin.post(path, { email: email.toUpperCase(), platform_key: platform.key }), 409);
  assert.equal(again.json.invitation_id, made.id);
  const person = await newPerson(platform.admin, { primary_email: email });
  assert.equal(answers(await platform.admin.post(`/persons/${person.id}/invite/`, {}), 409).json.invitation_id, made.id);
  const bad = answers(await platform.admin.post(path, { email: 'nobody', platform_key: platform.key }), 400);
  assert.deepEqual(bad.json, { email: ['Enter a valid email address.'] });
  assert.deepEqual(answers(await platform.admin.post(path, { platform_key: platform.key }), 400).json, { email: ['This field is required.'] });
});

test('revoking by id or by email, once', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const email = distinctEmail('Revoked');
  const { id } = shown(await platform.admin.post(path, { email, platform_key: platform.key }), 201);
  answers(await platform.admin.delete(`${path}?id=${id}`), 204);
  notFound(await platform.admin.delete(`${path}?id=${id}`));
  shown(await platform.admin.post(path, { email, platform_key: platform.key }), 201);
  answers(await platform.admin.delete(`${path}?email=${encodeURIComponent(email.toUpperCase())}`), 204);
  notFound(await platform.admin.delete(`${path}?email=${email}`));
  notFound(await platform.admin.delete(`${path}?id=999999`));
  const other = await newPlatform(server);
  const theirs = shown(await other.admin.post(path, { email, platform_key: other.key }), 201);
  answers(await platform.admin.delete(`${path}?email=${email}`), 404);
  assert.equal(shown(await other.admin.get(path), 200).results.find((each) => each.id === theirs.id).active, true);
  for (const query of ['', '?id=x', '?id=&email=']) {
    const answer = await platform.admin.delete(`${path}${query}`);
    assert.ok([400, 404].includes(answer.status), String(answer));
  }
});

test('anybody may check whether an email is invited', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const other = await newPlatform(server);
  const email = distinctEmail('Checked');
  answers(await checked(server, email, platform.key), 404);
  const { id } = shown(await platform.admin.post(path, { email, platform_key: platform.key }), 201);
  answers(await checked(server, email.toUpperCase(), platform.key), 200);
  answers(await checked(server, email), 200);
  answers(await checked(server, email, other.key), 404);
  answers(await checked(server, email, 'no-such-platform'), 404);
  answers(await platform.admin.delete(`${path}?id=${id}`), 204);
  answers(await checked(server, email, platform.key), 404);
});

test('checking is limited per client address', async () => {
  await withServer({}, async (server) => {
    const all = await Promise.all(Array.from({ length: 200 }, (_, at) => check(server, `guess${at}@example.org`)));
    const refused = all.filter(({ status }) => status === 429);
    assert.ok(refused.length > 50, `${refused.length} of 200 were refused`);
    for (const answer of all) assert.ok([404, 429].includes(answer.status), String(answer));
    assert.match(refused[0].headers['retry-after'] ?? '', /^\d+$/);
    answers(await superuser(server).get(path), 200);
  });
});

test('expired invitations are not active, in lists and checks', async () => {
  await withServer({ args: ['--invitation-lifetime', '1'] }, async (server) => {
    const api = superuser(server);
    const email = distinctEmail('short');
    shown(await api.post(path, { email, platform_key: 'main' }), 201);
    answers(await check(server, email, 'main'), 200);
    await sleep(1_300);
    answers(await check(server, email, 'main'), 404);
    assert.deepEqual(shown(await api.get(`${path}?active=true`), 200).results, []);
    assert.equal(shown(await api.get(`${path}?active=false`), 200).count, 1);
    shown(await api.post(path, { email, platform_key: 'main' }), 201);
  });
});
