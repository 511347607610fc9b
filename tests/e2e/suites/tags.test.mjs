// Tags, and what carries them.
import { Server } from '../lib/server.mjs';
import { sharedServer, test } from '../lib/suite.mjs';
import { succeeds } from '../lib/command.mjs';
import { answers, assert, fieldErrors, notFound, shown } from '../lib/expect.mjs';
import { newOrganization, newPerson, newPlatform } from '../lib/world.mjs';

const up = sharedServer();
const fresh = () => up().then(newPlatform);
const newTag = async (api, fields) => shown(await api.post('/tags/', fields), 201);
const chip = ({ id, name, color }) => ({ id, name, color });
const attach = async (api, host, { id }) => shown(await api.post(`${host}tags/`, { tag_id: id }), 201);
const read = async (api, path) => shown(await api.get(path), 200);
const names = (record) => record.tags.map(({ name }) => name);
const merge = async (api, primary, duplicates) =>
  shown(await api.post('/persons/merge/', { primary_id: primary.id, duplicate_ids: duplicates.map(({ id }) => id) }), 200);

test('a tag is created, read, listed, changed and deleted', async () => {
  const { admin, id: platform } = await fresh();
  const answer = await admin.post('/tags/', { name: ' Key account ', metadata: { tier: 1 } });
  const made = shown(answer, 201);
  assert.ok(answer.headers.location.endsWith(`/tags/${made.id}/`));
  assert.deepEqual(Object.keys(made), ['id', 'platform', 'name', 'color', 'metadata', 'created_at', 'updated_at']);
  assert.deepEqual([made.platform, made.name, made.color], [platform, 'Key account', '#888888']);
  assert.deepEqual(await read(admin, `/tags/${made.id}/`), made);
  const patched = shown(await admin.patch(`/tags/${made.id}/`, { color: '#12aBef' }), 200);
  assert.deepEqual({ ...patched, updated_at: 0 }, { ...made, color: '#12aBef', updated_at: 0 });
  const replaced = shown(await admin.put(`/tags/${made.id}/`, { name: 'Key' }), 200);
  assert.deepEqual([replaced.color, replaced.metadata], ['#888888', {}]);
  await newTag(admin, { name: 'key' });
  const listed = await read(admin, '/tags/?name=KEY');
  assert.deepEqual([listed.count, listed.results.map(({ name }) => name)], [2, ['key', 'Key']]);
  answers(await admin.delete(`/tags/${made.id}/`), 204);
  notFound(await admin.get(`/tags/${made.id}/`));
});

test('a name is unique and a color is one', async () => {
  const { admin } = await fresh();
  await newTag(admin, { name: 'VIP' });
  fieldErrors(await admin.post('/tags/', { name: ' VIP', color: 'red' }),
    { name: ['tag with this name already exists.'], color: ['Enter a color as # and six hexadecimal digits.'] });
});

test('persons and organizations carry tags, and read as changed when these change', async () => {
  const { admin } = await fresh();
  const vip = await newTag(admin, { name: 'VIP', color: '#FF0000' });
  const press = await newTag(admin, { name: 'Press' });
  const organization = await newOrganization(admin);
  const person = await newPerson(admin, { organization: organization.id });
  assert.deepEqual([person.tags, person.organization_name], [[], organization.name]);
  for (const host of [`/persons/${person.id}/`, `/organizations/${organization.id}/`]) {
    const before = answers(await admin.get(host), 200).headers.etag;
    const attached = await attach(admin, host, press);
    assert.deepEqual(attached.tag, chip(press));
    answers(await admin.post(`${host}tags/`, { tag_id: press.id }), 409, attached);
    await attach(admin, host, vip);
    const after = answers(await admin.get(host), 200);
    assert.deepEqual(after.json.tags, [chip(press), chip(vip)]);
    assert.notEqual(after.headers.etag, before);
    answers(await admin.get(host, { headers: { 'If-None-Match': after.headers.etag } }), 304);
    assert.deepEqual((await read(admin, `${host}tags/`)).results.map(({ tag }) => tag), after.json.tags);
    const list = host.split('/')[1];
    assert.deepEqual((await read(admin, `/${list}/`)).results, [after.json]);
  }
  shown(await admin.patch(`/tags/${press.id}/`, { name: 'Media' }), 200);
  assert.deepEqual(names(await read(admin, `/persons/${person.id}/`)), ['Media', 'VIP']);
  answers(await admin.delete(`/persons/${person.id}/tags/${vip.id}/`), 204);
  notFound(await admin.delete(`/persons/${person.id}/tags/${vip.id}/`));
  answers(await admin.delete(`/tags/${press.id}/`), 204);
  assert.deepEqual((await read(admin, `/persons/${person.id}/`)).tags, []);
  assert.deepEqual(names(await read(admin, `/organizations/${organization.id}/`)), ['VIP']);
  const patched = shown(await admin.patch(`/organizations/${organization.id}/`, { name: 'Renamed', tags: [] }), 200);
  assert.deepEqual(names(patched), ['VIP']);
  assert.equal((await read(admin, `/persons/${person.id}/`)).organization_name, 'Renamed');
});

test('a deal carries tags until it or they are gone, and is found by them', async () => {
  const { admin } = await fresh();
  const [hot, cold] = [await newTag(admin, { name: 'Hot' }), await newTag(admin, { name: 'Cold' })];
  const person = await newPerson(admin);
  const deals = [];
  for (const title of ['Loom', 'Mill']) deals.push(shown(await admin.post('/deals/', { title, person: person.id }), 201));
  const path = `/deals/${deals[0].id}/`;
  const before = answers(await admin.get(path), 200);
  const attached = await attach(admin, path, hot);
  answers(await admin.post(`${path}tags/`, { tag_id: hot.id }), 409, attached);
  const after = answers(await admin.get(path), 200);
  assert.deepEqual(after.json, { ...before.json, tags: [chip(hot)] });
  assert.notEqual(after.headers.etag, before.headers.etag);
  const found = async (query) => (await read(admin, `/deals/?${query}`)).results.map(({ title }) => title);
  assert.deepEqual(await found(`tags=${hot.id}`), ['Loom']);
  assert.deepEqual(await found(`tags=${cold.id}`), []);
  await attach(admin, `/deals/${deals[1].id}/`, cold);
  assert.deepEqual(await found(`tags=${hot.id},${cold.id}`), ['Mill', 'Loom']);
  const then = (await read(admin, '/audit/head')).position;
  answers(await admin.delete(`${path}tags/${hot.id}/`), 204);
  notFound(await admin.delete(`${path}tags/${hot.id}/`));
  assert.deepEqual((await read(admin, path)).tags, []);
  assert.deepEqual(await found(`tags=${hot.id}&as_of=${then}`), ['Loom']);
  answers(await admin.delete(`/deals/${deals[1].id}/`), 204);
  assert.deepEqual(await found(`tags=${cold.id}`), []);
  notFound(await admin.post(`/deals/${deals[1].id}/tags/`, { tag_id: cold.id }));
});

test('another platform has neither the tag nor the person', async () => {
  const here = await fresh();
  const there = await fresh();
  const tag = await newTag(here.admin, { name: 'Ours' });
  const person = await newPerson(here.admin);
  notFound(await there.admin.post(`/persons/${person.id}/tags/`, { tag_id: tag.id }));
  const theirs = await newPerson(there.admin);
  notFound(await there.admin.post(`/persons/${theirs.id}/tags/`, { tag_id: tag.id }));
});

test('a list shows what has any of some tags, page by page', async () => {
  const { admin } = await fresh();
  const tags = [];
  for (const name of ['A', 'B', 'C']) tags.push(await newTag(admin, { name }));
  const persons = [];
  for (let at = 0; at < 6; ++at) {
    persons.push(await newPerson(admin));
    await attach(admin, `/persons/${persons[at].id}/`, tags[at % 2]);
  }
  const ids = (page) => page.results.map(({ id }) => id);
  const some = (query) => read(admin, `/persons/?${query}`);
  assert.deepEqual(ids(await some(`tags=${tags[0].id}`)), [4, 2, 0].map((at) => persons[at].id));
  assert.equal((await some(`tags=${tags[0].id},${tags[1].id}`)).count, 6);
  const first = await some(`tags=${tags[0].id}&tags=${tags[1].id}&page_size=4`);
  assert.deepEqual([first.count, ids(first).length], [6, 4]);
  const next = shown(await admin.get(new URL(first.next).pathname + new URL(first.next).search), 200);
  assert.deepEqual(ids(next), [1, 0].map((at) => persons[at].id));
  assert.equal((await some(`tags=${tags[2].id}`)).count, 0);
  assert.equal((await some(`tags=${tags[0].id}&search=${persons[2].name}`)).count, 1);
  fieldErrors(await admin.get('/persons/?tags=a'), { tags: ['Enter whole numbers with commas between them.'] });
});

test('a merge takes tags along, and gives them back', async () => {
  const { admin } = await fresh();
  const [vip, press, board] = [await newTag(admin, { name: 'VIP' }), await newTag(admin, { name: 'Press' }), await newTag(admin, { name: 'Board' })];
  const [ada, bea, cea] = [await newPerson(admin), await newPerson(admin), await newPerson(admin)];
  const path = ({ id }) => `/persons/${id}/`;
  await attach(admin, path(ada), vip);
  for (const tag of [vip, press]) await attach(admin, path(bea), tag);
  for (const tag of [press, board]) await attach(admin, path(cea), tag);
  assert.deepEqual((await merge(admin, ada, [bea, cea])).reparented, { deals: 0, activities: 0, tags: 4 });
  assert.deepEqual(names(await read(admin, path(ada))).sort(), ['Board', 'Press', 'VIP']);
  assert.deepEqual((await read(admin, path(bea))).tags, []);
  const back = shown(await admin.post(`${path(bea)}unmerge/`), 200);
  assert.deepEqual([back.reparented.tags, back.kept], [2, []]);
  assert.deepEqual(names(await read(admin, path(ada))), ['VIP', 'Press', 'Board']);
  assert.deepEqual(names(await read(admin, path(bea))), ['VIP', 'Press']);
  shown(await admin.post(`${path(cea)}unmerge/`), 200);
  assert.deepEqual(names(await read(admin, path(ada))), ['VIP']);
  assert.deepEqual(names(await read(admin, path(cea))), ['Press', 'Board']);
});

test('the past shows tags as they were', async () => {
  const { admin } = await fresh();
  const tag = await newTag(admin, { name: 'Before' });
  const person = await newPerson(admin);
  await attach(admin, `/persons/${person.id}/`, tag);
  const then = (await read(admin, '/audit/head')).position;
  const before = await read(admin, `/persons/${person.id}/`);
  shown(await admin.patch(`/tags/${tag.id}/`, { name: 'After' }), 200);
  answers(await admin.delete(`/persons/${person.id}/tags/${tag.id}/`), 204);
  const at = (path) => read(admin, `${path}${path.includes('?') ? '&' : '?'}as_of=${then}`);
  assert.deepEqual(await at(`/persons/${person.id}/`), before);
  assert.deepEqual((await at(`/persons/?tags=${tag.id}`)).results, [before]);
  assert.equal((await at(`/persons/${person.id}/tags/`)).count, 1);
  assert.equal((await at(`/tags/${tag.id}/`)).name, 'Before');
  assert.equal((await read(admin, `/persons/?tags=${tag.id}`)).count, 0);
});

test('attaching and detaching are events', async () => {
  const { admin } = await fresh();
  const tag = await newTag(admin, { name: 'VIP' });
  const person = await newPerson(admin);
  const { assignment_id: assignment } = await attach(admin, `/persons/${person.id}/`, tag);
  answers(await admin.delete(`/persons/${person.id}/tags/${tag.id}/`), 204);
  const events = (await read(admin, `/events/?stream=tag_assignment-${assignment}`)).results;
  assert.deepEqual(events.map(({ type }) => type), ['TagAttached', 'TagDetached']);
  assert.deepEqual(events[0].data, { assignment, tag: tag.id, person: person.id });
});

test('tags survive a rebuild and a restart, and the check finds no difference', async () => {
  const server = await Server.start();
  try {
    const { admin } = await newPlatform(server);
    const [kept, gone] = [await newTag(admin, { name: 'Kept' }), await newTag(admin, { name: 'Gone' })];
    const [ada, bea] = [await newPerson(admin), await newPerson(admin)];
    for (const tag of [gone, kept]) await attach(admin, `/persons/${ada.id}/`, tag);
    await attach(admin, `/persons/${bea.id}/`, kept);
    answers(await admin.delete(`/tags/${gone.id}/`), 204);
    await merge(admin, ada, [bea]);
    const reading = async () => [await read(admin, `/persons/${ada.id}/`), await read(admin, `/persons/?tags=${kept.id}`)];
    const before = await reading();
    await server.stop();
    await succeeds('check', '--data', server.data);
    await succeeds('rebuild', '--data', server.data);
    await server.restart();
    assert.deepEqual(await reading(), before);
  } finally {
    await server.remove();
  }
});
