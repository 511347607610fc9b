// What users keep for themselves: favorites and saved views.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, forbidden, notFound, shown, tally } from '../lib/expect.mjs';
import { memberWith, newOrganization, newPerson, newPlatform, roleNamed } from '../lib/world.mjs';

const up = sharedServer();
const fresh = () => up().then(newPlatform);
const page = async (api, path) => shown(await api.get(path), 200);
const marked = async (api, query = '') => (await page(api, `/favorites/?${query}`)).results.map(({ label }) => label);

test('a favorite names its record, and marking it again shows the same', async () => {
  const { admin, adminUser, id: platform } = await fresh();
  const [ada, engines] = [await newPerson(admin, { name: 'Ada' }), await newOrganization(admin, { name: 'Engines' })];
  const made = shown(await admin.post('/favorites/', { person: ada.id }), 201);
  assert.deepEqual(made, {
    id: made.id, platform, user: adminUser.id, target_type: 'person', person: ada.id, organization: null, deal: null,
    label: 'Ada', metadata: {}, created_at: made.created_at, updated_at: made.created_at,
  });
  assert.deepEqual(shown(await admin.post('/favorites/', { person: ada.id }), 200), made);
  shown(await admin.post('/favorites/', { organization: engines.id }), 201);
  assert.deepEqual(await marked(admin), ['Engines', 'Ada']);
  assert.deepEqual(await marked(admin, 'target_type=person'), ['Ada']);
  fieldErrors(await admin.get('/favorites/?target_type=persons'), {
    target_type: ['Select a valid choice. persons is not one of the available choices.'],
  });
  shown(await admin.patch(`/persons/${ada.id}/`, { name: 'Ada Lovelace' }), 200);
  assert.deepEqual(await marked(admin), ['Engines', 'Ada Lovelace']);
  fieldErrors(await admin.post('/favorites/', {}), { non_field_errors: ['Name exactly one person, organization or deal.'] });
  answers(await admin.delete(`/organizations/${engines.id}/`), 204);
  assert.deepEqual(await marked(admin), ['Ada Lovelace']);
});

test('whether one record is a favorite is asked by its id', async () => {
  const { admin } = await fresh();
  const [ada, bea, engines] = [await newPerson(admin), await newPerson(admin), await newOrganization(admin)];
  const deal = shown(await admin.post('/deals/', { title: 'Loom', person: ada.id }), 201);
  for (const target of [{ person: ada.id }, { organization: engines.id }, { deal: deal.id }]) {
    const { id } = shown(await admin.post('/favorites/', target), 201);
    const [[name, value]] = Object.entries(target);
    assert.deepEqual((await page(admin, `/favorites/?${name}=${value}`)).results.map((one) => one.id), [id]);
  }
  assert.equal((await page(admin, `/favorites/?person=${bea.id}`)).count, 0);
  answers(await admin.get('/favorites/?person=nobody'), 400);
});

test('a label names nothing that the caller may not read', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { admin } = platform;
  const { api: viewer } = await memberWith(server, platform, 'CRM Viewer');
  const [ada, engines] = [await newPerson(admin, { name: 'Ada' }), await newOrganization(admin, { name: 'Engines' })];
  shown(await viewer.post('/favorites/', { person: ada.id }), 201);
  shown(await viewer.post('/favorites/', { organization: engines.id }), 201);
  const policies = shown(await admin.get('/api/core/rbac/policies/'), 200);
  const role = await roleNamed(platform, 'CRM Inviter');
  const [policy] = policies.results ?? policies;
  shown(await admin.patch(`/api/core/rbac/policies/${policy.id}/`, { role_id: role.id }), 200);
  assert.deepEqual(await marked(viewer), ['', 'Ada']);
  fieldErrors(await viewer.post('/favorites/', { organization: engines.id }), {
    organization: [`Invalid pk "${engines.id}" - object does not exist.`],
  });
});

test('thirty who mark one record at once make one favorite', async () => {
  const { admin } = await fresh();
  const { id } = await newPerson(admin);
  const all = await Promise.all(Array.from({ length: 30 }, () => admin.post('/favorites/', { person: id })));
  assert.deepEqual(tally(all), { 200: 29, 201: 1 });
  assert.equal(new Set(all.map(({ json }) => json.id)).size, 1);
});

test("of another user's favorites and views there is none", async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { admin } = platform;
  const { api: viewer } = await memberWith(server, platform, 'CRM Viewer');
  const { api: nobody } = await memberWith(server, platform, null);
  const { id } = await newPerson(admin, { name: 'Ada' });
  const favorite = shown(await admin.post('/favorites/', { person: id }), 201);
  const view = shown(await admin.post('/views/', { object_type: 'persons', name: 'Mine' }), 201);
  assert.deepEqual(await marked(viewer), []);
  assert.equal((await page(viewer, '/views/')).count, 0);
  notFound(await viewer.delete(`/favorites/${favorite.id}/`));
  for (const ask of [viewer.get, viewer.patch, viewer.delete]) notFound(await ask.call(viewer, `/views/${view.id}/`, ask === viewer.patch ? {} : undefined));
  const own = shown(await viewer.post('/favorites/', { person: id }), 201);
  assert.notEqual(own.id, favorite.id);
  answers(await viewer.delete(`/favorites/${own.id}/`), 204);
  notFound(await viewer.delete(`/favorites/${own.id}/`));
  for (const path of ['/favorites/', '/views/']) {
    forbidden(await nobody.get(path));
    forbidden(await nobody.post(path, {}));
  }
});

test('a saved view keeps its JSON as it was sent', async () => {
  const { admin, adminUser, id: platform } = await fresh();
  const source = '{"object_type":"deals","name":"Hot","columns":["title",{"w":1.50}],"filters":{"b":1,"a":[2]},"sorts":["-created_at"],"group_by":"stage"}';
  const answer = await admin.post('/views/', source);
  const view = shown(answer, 201);
  assert.deepEqual(view, {
    id: view.id, platform, user: adminUser.id, object_type: 'deals', name: 'Hot', type: 'table',
    columns: ['title', { w: 1.5 }], filters: { b: 1, a: [2] }, sorts: ['-created_at'], group_by: 'stage',
    metadata: {}, created_at: view.created_at, updated_at: view.created_at,
  });
  assert.ok(answer.text.includes('"columns":["title",{"w":1.50}],"filters":{"b":1,"a":[2]}'));
  const board = shown(await admin.patch(`/views/${view.id}/`, { type: 'board', group_by: null }), 200);
  assert.deepEqual({ ...board, updated_at: 0 }, { ...view, type: 'board', group_by: null, updated_at: 0 });
  shown(await admin.post('/views/', { object_type: 'persons', name: 'All' }), 201);
  assert.deepEqual((await page(admin, '/views/')).results.map(({ name }) => name), ['All', 'Hot']);
  assert.deepEqual((await page(admin, '/views/?object_type=deals')).results, [board]);
  fieldErrors(await admin.post('/views/', { name: '' }), { object_type: ['This field is required.'], name: ['This field may not be blank.'] });
  answers(await admin.put(`/views/${view.id}/`, {}), 405);
  answers(await admin.delete(`/views/${view.id}/`), 204);
  notFound(await admin.get(`/views/${view.id}/`));
});

test('a saved view says nothing that was not said', async () => {
  const { admin } = await fresh();
  const view = shown(await admin.post('/views/', { object_type: 'deals', name: 'Bare' }), 201);
  assert.deepEqual([view.type, view.columns, view.filters, view.sorts, view.group_by], ['table', [], [], [], '']);
});

test('favorites follow a merge, one of each user, and its taking back', async () => {
  const { admin } = await fresh();
  const [ada, twin] = [await newPerson(admin, { name: 'Ada' }), await newPerson(admin, { name: 'Twin' })];
  shown(await admin.post('/favorites/', { person: twin.id }), 201);
  const merging = { primary_id: ada.id, duplicate_ids: [twin.id] };
  assert.deepEqual(shown(await admin.post('/persons/merge/', merging), 200).reparented, { deals: 0, activities: 0, tags: 0 });
  assert.deepEqual(await marked(admin), ['Ada']);
  shown(await admin.post(`/persons/${twin.id}/unmerge/`), 200);
  assert.deepEqual(await marked(admin), ['Twin']);
  shown(await admin.post('/favorites/', { person: ada.id }), 201);
  shown(await admin.post('/persons/merge/', merging), 200);
  assert.deepEqual(await marked(admin), ['Ada']);
  shown(await admin.post(`/persons/${twin.id}/unmerge/`), 200);
  assert.deepEqual(await marked(admin), ['Ada', 'Twin']);
});
