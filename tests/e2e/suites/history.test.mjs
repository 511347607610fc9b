// What happened to a record, from the log.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, notFound, shown } from '../lib/expect.mjs';
import { memberWith, newOrganization, newPerson, newPlatform, unknownId } from '../lib/world.mjs';

const up = sharedServer();
let making;
const platform = () => (making ??= up().then(newPlatform));
const history = async (api, path) => shown(await api.get(`${path}history/`), 200);

test("a person's history says field by field what changed, newest first, and who did it", async () => {
  const here = await platform();
  const person = await newPerson(here.admin, { name: 'Augusta', job_title: 'Analyst' });
  shown(await here.admin.patch(`/persons/${person.id}/`, { name: 'Ada', lifecycle_stage: 'customer' }), 200);
  const entries = await history(here.admin, `/persons/${person.id}/`);
  assert.deepEqual(entries.map(({ action, event }) => [action, event]), [['update', 'PersonUpdated'], ['create', 'PersonCreated']]);
  assert.deepEqual(entries[0].changes, { name: ['Augusta', 'Ada'], lifecycle_stage: ['lead', 'customer'] });
  assert.deepEqual(entries[1].changes.job_title, [null, 'Analyst']);
  assert.ok(entries[0].position > entries[1].position);
  for (const { id, timestamp, actor_username: actor } of entries) {
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.match(timestamp, /^\d{4}-.*\.\d{6}Z$/);
    assert.equal(actor, here.adminUser.username);
  }
});

test('a history survives merging and deletion', async () => {
  const { admin } = await platform();
  const [primary, duplicate] = [await newPerson(admin), await newPerson(admin)];
  shown(await admin.post('/persons/merge/', { primary_id: primary.id, duplicate_ids: [duplicate.id] }), 200);
  assert.deepEqual((await history(admin, `/persons/${primary.id}/`))[0].changes, { duplicates: [[], [duplicate.id]] });
  assert.equal((await history(admin, `/persons/${duplicate.id}/`))[0].event, 'PersonMerged');
  answers(await admin.delete(`/persons/${primary.id}/`), 204);
  const entries = await history(admin, `/persons/${primary.id}/`);
  assert.equal(entries[0].action, 'delete');
  assert.deepEqual(entries[0].changes.name, [primary.name, null]);
});

test('the deletion of its organization is in the history of a person, with whoever did it', async () => {
  const { admin, adminUser } = await platform();
  const [gone, next] = [await newOrganization(admin), await newOrganization(admin)];
  const person = await newPerson(admin, { organization: gone.id });
  answers(await admin.delete(`/organizations/${gone.id}/`), 204);
  shown(await admin.patch(`/persons/${person.id}/`, { organization: next.id }), 200);
  const [joined, left, created] = await history(admin, `/persons/${person.id}/`);
  assert.deepEqual(joined.changes, { organization: [null, next.id] });
  assert.deepEqual(left.changes, { organization: [gone.id, null] });
  assert.deepEqual([left.event, left.action, left.actor_username], ['OrganizationDeleted', 'update', adminUser.username]);
  assert.ok(joined.position > left.position && left.position > created.position);
});

test("an organization's history is there too", async () => {
  const { admin } = await platform();
  const organization = await newOrganization(admin, { name: 'Engines' });
  shown(await admin.patch(`/organizations/${organization.id}/`, { name: 'Analytical Engines' }), 200);
  const entries = await history(admin, `/organizations/${organization.id}/`);
  assert.deepEqual(entries.map(({ changes }) => changes.name), [['Engines', 'Analytical Engines'], [null, 'Engines']]);
});

test('what holds objects is shown as JSON text in a history', async () => {
  const { admin } = await up().then(newPlatform);
  const { id } = await newOrganization(admin, { address: { city: 'Paris' } });
  shown(await admin.patch(`/organizations/${id}/`, { address: { city: 'Lyon', geo: [1, 2] } }), 200);
  const [{ changes }] = shown(await admin.get(`/organizations/${id}/history/`), 200);
  assert.deepEqual(changes, { address: ['{"city":"Paris"}', '{"city":"Lyon","geo":[1,2]}'] });
});

test('nobody reads the history of what never was, or of another platform', async () => {
  const server = await up();
  const here = await platform();
  const elsewhere = await newPlatform(server);
  const person = await newPerson(here.admin);
  notFound(await here.admin.get(`/persons/${unknownId()}/history/`));
  notFound(await here.admin.get('/persons/nonsense/history/'));
  notFound(await elsewhere.admin.get(`/persons/${person.id}/history/`));
  const { api } = await memberWith(server, here, 'CRM Viewer');
  shown(await api.get(`/persons/${person.id}/history/`), 200);
});
