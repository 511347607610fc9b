// ETag, If-Match, If-None-Match.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, notFound, shown } from '../lib/expect.mjs';
import { distinct, distinctEmail, join, newOrganization, newPerson, newPlatform, newUser } from '../lib/world.mjs';

const up = sharedServer();
let making;
const platform = () => (making ??= up().then(newPlatform));
const admin = async () => (await platform()).admin;
const ifMatch = (etag) => ({ headers: { 'If-Match': etag } });
const ifNoneMatch = (etag) => ({ headers: { 'If-None-Match': etag } });

const kinds = [['persons', newPerson], ['organizations', newOrganization]];

test('a single record carries a strong ETag that moves with every change and only then', async () => {
  const api = await admin();
  for (const [kind, make] of kinds) {
    const { id, name } = await make(api);
    const first = answers(await api.get(`/${kind}/${id}/`), 200).etag;
    assert.match(first, /^"[^"]+"$/);
    assert.equal((await api.get(`/${kind}/${id}/`)).etag, first);
    assert.equal(answers(await api.patch(`/${kind}/${id}/`, { name }), 200).etag, first, 'nothing changed');
    const second = answers(await api.patch(`/${kind}/${id}/`, { metadata: { changed: 1 } }), 200).etag;
    assert.notEqual(second, first);
    assert.equal((await api.get(`/${kind}/${id}/`)).etag, second);
  }
});

test('If-Match lets the first writer in and the second not', async () => {
  const api = await admin();
  for (const [kind, make] of kinds) {
    const { id, name } = await make(api);
    const path = `/${kind}/${id}/`;
    const etag = (await api.get(path)).etag;
    const next = answers(await api.patch(path, { metadata: { first: true } }, ifMatch(etag)), 200).etag;
    const refused = answers(await api.patch(path, { metadata: { second: true } }, ifMatch(etag)), 412);
    assert.equal(typeof refused.json.detail, 'string');
    answers(await api.put(path, { name }, ifMatch(etag)), 412);
    answers(await api.delete(path, ifMatch(etag)), 412);
    assert.deepEqual((await api.get(path)).json.metadata, { first: true });
    const last = answers(await api.put(path, { name }, ifMatch(next)), 200).etag;
    answers(await api.delete(path, ifMatch(last)), 204);
    notFound(await api.delete(path, ifMatch(last)));
  }
});

test('If-Match: a star and lists hold; weak, unquoted and odd tags never do', async () => {
  const api = await admin();
  const { id } = await newPerson(api);
  const path = `/persons/${id}/`;
  let round = 0;
  const write = (tag) => api.patch(path, { metadata: { round: (round += 1) } }, ifMatch(tag));
  answers(await write('*'), 200);
  const current = async () => (await api.get(path)).etag;
  answers(await write(`"999", ${await current()} , "1000"`), 200);
  for (const tag of [`W/${await current()}`, (await current()).replaceAll('"', ''), '"', '""', '"-1"', '"999999999999999999999"',
    'nonsense', '"999"']) {
    answers(await write(tag), 412);
  }
  answers(await write(await current()), 200);
});

test('If-Match on the actions', async () => {
  const server = await up();
  const api = await admin();
  const person = await newPerson(api, { primary_email: distinctEmail() });
  const user = await newUser(server);
  shown(await join(server, user, await platform()), 201);
  const etag = (await api.get(`/persons/${person.id}/`)).etag;
  answers(await api.patch(`/persons/${person.id}/`, { job_title: 'moved on' }), 200);
  answers(await api.post(`/persons/${person.id}/invite/`, {}, ifMatch(etag)), 412);
  answers(await api.post(`/persons/${person.id}/link-user/`, { user_id: user.id }, ifMatch(etag)), 412);
  const now = (await api.get(`/persons/${person.id}/`)).etag;
  answers(await api.post(`/persons/${person.id}/invite/`, {}, ifMatch(now)), 201);
});

test('If-Match of attaching and detaching a tag is of what carries it', async () => {
  const api = await admin();
  const tag = shown(await api.post('/tags/', { name: distinct('tag') }), 201);
  for (const [kind, make] of kinds) {
    const path = `/${kind}/${(await make(api)).id}/`;
    const { etag } = await api.get(path);
    answers(await api.patch(path, { metadata: { moved: 1 } }), 200);
    answers(await api.post(`${path}tags/`, { tag_id: tag.id }, ifMatch(etag)), 412);
    const now = (await api.get(path)).etag;
    answers(await api.post(`${path}tags/`, { tag_id: tag.id }, ifMatch(now)), 201);
    answers(await api.delete(`${path}tags/${tag.id}/`, ifMatch(etag)), 412);
    answers(await api.delete(`${path}tags/${tag.id}/`, ifMatch(now)), 204);
  }
});

test('If-None-Match answers 304 without a body while nothing has changed', async () => {
  const api = await admin();
  for (const [kind, make] of kinds) {
    const { id } = await make(api);
    const path = `/${kind}/${id}/`;
    const { etag } = await api.get(path);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const same = answers(await api.get(path, ifNoneMatch(tag)), 304);
      assert.equal(same.bytes.length, 0);
      assert.equal(same.etag, etag);
      answers(await api.head(path, ifNoneMatch(tag)), 304);
    }
    answers(await api.get(path, ifNoneMatch('"other"')), 200);
    answers(await api.patch(path, { metadata: { moved: 1 } }), 200);
    answers(await api.get(path, ifNoneMatch(etag)), 200);
  }
});

test('deleting the organization changes what its persons answer, not what If-Match looks at', async () => {
  const api = await admin();
  const organization = await newOrganization(api);
  const person = await newPerson(api, { organization: organization.id });
  const path = `/persons/${person.id}/`;
  const before = (await api.get(path)).etag;
  answers(await api.delete(`/organizations/${organization.id}/`), 204);
  const after = answers(await api.get(path, ifNoneMatch(before)), 200);
  assert.notEqual(after.etag, before);
  assert.equal(after.json.organization, null);
  answers(await api.patch(path, { job_title: 'still mine' }, ifMatch(before)), 200);
});
