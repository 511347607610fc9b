// Taking a merge back: exactly, with what changed since kept and named.
import { test, sharedServer } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, forbidden, notFound, refuses, shown } from '../lib/expect.mjs';
import { distinct, distinctEmail, join, memberWith, newPerson, newPlatform, newUser, unknownId } from '../lib/world.mjs';
import { faultsAgainst } from '../lib/contract.mjs';
import { isSound, replay } from '../lib/log.mjs';

const up = sharedServer();
let making;
const platform = () => (making ??= up().then(newPlatform));
const admin = async () => (await platform()).admin;
const read = async (api, { id }) => shown(await api.get(`/persons/${id}/`), 200);
const merge = (api, primary, duplicates) =>
  api.post('/persons/merge/', { primary_id: primary.id, duplicate_ids: duplicates.map(({ id }) => id) });
const unmerge = (api, { id }, body, options) => api.post(`/persons/${id}/unmerge/`, body, options);
const without = (person, ...names) => Object.fromEntries(Object.entries(person).filter(([name]) => !names.includes(name)));

test('a merged person names where it went, and only a merged person does', async () => {
  const api = await admin();
  const [primary, duplicate] = [await newPerson(api), await newPerson(api)];
  assert.ok(!('merged_into' in (await read(api, duplicate))));
  shown(await merge(api, primary, [duplicate]), 200);
  const merged = await read(api, duplicate);
  assert.equal(merged.merged_into, primary.id);
  assert.deepEqual(faultsAgainst('Person', merged), []);
  assert.ok(!('merged_into' in (await read(api, primary))));
  const listed = shown(await api.get(`/persons/?search=${encodeURIComponent(duplicate.name)}`), 200).results;
  assert.deepEqual(listed, [merged]);
  const patched = shown(await api.patch(`/persons/${duplicate.id}/`, { job_title: 'Merged', merged_into: null }), 200);
  assert.equal(patched.merged_into, primary.id);
});

test('a merge is taken back from the duplicate, and everything is as before', async () => {
  const api = await admin();
  const primary = await newPerson(api, { primary_email: distinctEmail() });
  const duplicate = await newPerson(api, { primary_email: distinctEmail(), unique_id: distinct('u'), metadata: { a: 1 } });
  shown(await merge(api, primary, [duplicate]), 200);
  const answer = answers(await unmerge(api, duplicate), 200);
  assert.deepEqual(answer.json, {
    primary_id: primary.id,
    unmerged_id: duplicate.id,
    reparented: { deals: 0, activities: 0, tags: 0 },
    kept: [],
  });
  assert.deepEqual(without(await read(api, duplicate), 'updated_at'), without(duplicate, 'updated_at'));
  assert.deepEqual(await read(api, primary), primary);
  refuses(await unmerge(api, duplicate), 400, 'This person has not been merged into another person.');
  const again = shown(await merge(api, primary, [duplicate]), 200);
  assert.deepEqual(again.merged_ids, [duplicate.id]);
});

test('the primary names the duplicate to be taken back', async () => {
  const api = await admin();
  const [primary, one, other, stranger] = await Promise.all(Array.from({ length: 4 }, () => newPerson(api)));
  shown(await merge(api, primary, [one, other]), 200);
  assert.equal(shown(await unmerge(api, primary, { duplicate_id: other.id }), 200).unmerged_id, other.id);
  assert.equal((await read(api, one)).merged_into, primary.id);
  assert.equal((await read(api, other)).active, true);
  refuses(await unmerge(api, primary, { duplicate_id: other.id }), 400);
  refuses(await unmerge(api, primary, { duplicate_id: stranger.id }), 400);
  refuses(await unmerge(api, primary), 400);
  fieldErrors(await unmerge(api, primary, { duplicate_id: 'x' }), { duplicate_id: ['Must be a valid UUID.'] });
  const unknown = unknownId();
  fieldErrors(await unmerge(api, primary, { duplicate_id: unknown }), {
    duplicate_id: [`Invalid pk "${unknown}" - object does not exist.`],
  });
});

test('a person that was linked or changed since the merge keeps that', async () => {
  const server = await up();
  const here = await platform();
  const [primary, duplicate] = [await newPerson(here.admin), await newPerson(here.admin)];
  shown(await merge(here.admin, primary, [duplicate]), 200);
  const user = await newUser(server);
  shown(await join(server, user, here), 201);
  shown(await here.admin.post(`/persons/${duplicate.id}/link-user/`, { user_id: user.id }), 200);
  shown(await here.admin.patch(`/persons/${duplicate.id}/`, { job_title: 'Since' }), 200);
  shown(await unmerge(here.admin, duplicate), 200);
  const after = await read(here.admin, duplicate);
  assert.deepEqual([after.active, after.platform_user, after.job_title], [false, user.id, 'Since']);
});

test('who may not merge may not take a merge back; of elsewhere and of nowhere: 404', async () => {
  const server = await up();
  const here = await platform();
  const [primary, duplicate] = [await newPerson(here.admin), await newPerson(here.admin)];
  shown(await merge(here.admin, primary, [duplicate]), 200);
  const { api: viewer } = await memberWith(server, here, 'CRM Viewer');
  forbidden(await unmerge(viewer, duplicate));
  notFound(await unmerge((await newPlatform(server)).admin, duplicate));
  notFound(await unmerge(here.admin, { id: unknownId() }));
  notFound(await unmerge(here.admin, { id: 'nobody' }));
});

test('If-Match and Idempotency-Key count as for a merge', async () => {
  const api = await admin();
  const [primary, duplicate] = [await newPerson(api), await newPerson(api)];
  shown(await merge(api, primary, [duplicate]), 200);
  refuses(await unmerge(api, duplicate, undefined, { headers: { 'If-Match': '"1"' } }), 412);
  const headers = { 'If-Match': '"2"', 'Idempotency-Key': distinct('unmerge') };
  const first = answers(await unmerge(api, duplicate, undefined, { headers }), 200);
  const second = answers(await unmerge(api, duplicate, undefined, { headers }), 200);
  assert.equal(second.text, first.text);
  assert.equal(second.headers['idempotent-replayed'], 'true');
});

test('both streams of a merge taken back say so, in one commit', async () => {
  const server = await up();
  const here = await newPlatform(server);
  const [primary, duplicate] = [await newPerson(here.admin), await newPerson(here.admin)];
  shown(await merge(here.admin, primary, [duplicate]), 200);
  shown(await unmerge(here.admin, duplicate), 200);
  const [unmerged, released] = (await replay(server.data, '--platform', here.key)).slice(-2);
  assert.deepEqual([unmerged.type, unmerged.stream], ['PersonUnmerged', `person-${duplicate.id}`]);
  const relations = ['deals', 'activities', 'tags', 'favorites'];
  assert.deepEqual(unmerged.data, {
    person: duplicate.id, from: primary.id, active: true,
    relations: relations.map((relation) => ({ relation, returned: [], restored: [], kept: [] })),
  });
  assert.deepEqual([released.type, released.stream], ['PersonReleased', `person-${primary.id}`]);
  assert.deepEqual(released.data, { person: primary.id, duplicate: duplicate.id, reparented: relations.map((relation) => ({ relation, count: 0 })) });
  assert.equal(unmerged.hash, released.hash);
  await server.stop();
  await isSound(server.data);
  await server.launch();
});
