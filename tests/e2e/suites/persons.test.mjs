// Persons and organizations: create, replace, patch, delete.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, notFound, shown } from '../lib/expect.mjs';
import {
  distinct, distinctEmail, newOrganization, newPerson, newPlatform, unknownId,
} from '../lib/world.mjs';

const up = sharedServer();
let making;
const platform = () => (making ??= up().then(newPlatform));
const admin = async () => (await platform()).admin;

const personFields = ['id', 'platform', 'name', 'primary_email', 'emails', 'contact_numbers', 'job_title', 'organization',
  'organization_name', 'owner', 'platform_user', 'lifecycle_stage', 'unique_id', 'active', 'tags', 'metadata', 'created_at', 'updated_at'];
const organizationFields = ['id', 'platform', 'name', 'address', 'owner', 'tags', 'metadata', 'created_at', 'updated_at'];

async function everyField() {
  const { admin: api, adminUser } = await platform();
  const organization = await newOrganization(api);
  return {
    name: distinct('Grace'), primary_email: distinctEmail('Grace'), emails: [{ work: 'g@example.net' }],
    contact_numbers: ['+1 555 0100'], job_title: 'Rear Admiral', organization: organization.id, owner: adminUser.id,
    lifecycle_stage: 'opportunity', unique_id: distinct('ext'), metadata: { compilers: 1 },
  };
}
const defaults = {
  primary_email: null, emails: [], contact_numbers: [], job_title: '', organization: null, owner: null,
  lifecycle_stage: 'lead', unique_id: '', metadata: {},
};
const pick = (record, like) => Object.fromEntries(Object.keys(like).map((field) => [field, record[field]]));

test('a person with only a name has the defaults, and its fields in order', async () => {
  const here = await platform();
  const made = await newPerson(here.admin, { name: 'Only a name' });
  assert.deepEqual(Object.keys(made), personFields);
  assert.deepEqual(pick(made, defaults), defaults);
  assert.deepEqual([made.platform, made.platform_user, made.active], [here.id, null, true]);
  assert.match(made.id, /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(made.created_at, made.updated_at);
  assert.deepEqual(shown(await here.admin.get(`/persons/${made.id}/`), 200), made);
});

test('a person with every field reads back as it was written', async () => {
  const api = await admin();
  const fields = await everyField();
  const made = await newPerson(api, fields);
  assert.deepEqual(pick(made, fields), fields);
  assert.deepEqual(shown(await api.get(`/persons/${made.id}/`), 200), made);
});

test('replacing resets what is left out', async () => {
  const api = await admin();
  const made = await newPerson(api, await everyField());
  const replaced = shown(await api.put(`/persons/${made.id}/`, { name: 'Reset' }), 200);
  assert.deepEqual(pick(replaced, defaults), defaults);
  assert.deepEqual([replaced.name, replaced.id, replaced.created_at], ['Reset', made.id, made.created_at]);
  assert.ok(replaced.updated_at > made.updated_at);
});

test('patching touches only what it names', async () => {
  const api = await admin();
  const fields = await everyField();
  const made = await newPerson(api, fields);
  let now = made;
  for (const [field, value] of Object.entries({ ...(await everyField()), lifecycle_stage: 'churned', job_title: 'Retired' })) {
    const patched = shown(await api.patch(`/persons/${made.id}/`, { [field]: value }), 200);
    assert.deepEqual(patched[field], value);
    const touched = JSON.stringify(now[field]) !== JSON.stringify(value);
    const called = field === 'organization' ? { organization_name: shown(await api.get(`/organizations/${value}/`), 200).name } : {};
    assert.deepEqual({ ...patched, updated_at: 0 }, { ...now, [field]: value, ...called, updated_at: 0 });
    if (touched) assert.ok(patched.updated_at > now.updated_at, field);
    now = patched;
  }
});

test('null and empty values clear what may be cleared', async () => {
  const api = await admin();
  for (const empty of [null, '']) {
    const made = await newPerson(api, await everyField());
    const cleared = shown(await api.patch(`/persons/${made.id}/`, { primary_email: empty, organization: empty, owner: empty }), 200);
    assert.deepEqual([cleared.primary_email, cleared.organization, cleared.owner], [null, null, null]);
    const made2 = await newPerson(api, { primary_email: empty });
    assert.equal(made2.primary_email, null);
  }
});

test('a write that changes nothing leaves updated_at and the ETag alone', async () => {
  const api = await admin();
  const fields = await everyField();
  const made = await newPerson(api, fields);
  const { etag } = await api.get(`/persons/${made.id}/`);
  for (const [method, body] of [['PUT', fields], ['PATCH', fields], ['PATCH', {}], ['PATCH', { name: `  ${made.name} ` }],
    ['PATCH', { owner: String(made.owner) }]]) {
    const same = answers(await api.send(method, `/persons/${made.id}/`, body), 200);
    assert.deepEqual(same.json, made);
    assert.equal(same.etag, etag);
  }
});

test('a deleted person is gone: from reading, lists, and further writes', async () => {
  const api = await admin();
  const made = await newPerson(api, { unique_id: distinct('deleted') });
  answers(await api.delete(`/persons/${made.id}/`), 204);
  notFound(await api.get(`/persons/${made.id}/`));
  notFound(await api.patch(`/persons/${made.id}/`, { name: 'Back' }));
  notFound(await api.put(`/persons/${made.id}/`, { name: 'Back' }));
  notFound(await api.delete(`/persons/${made.id}/`));
  notFound(await api.post(`/persons/${made.id}/invite/`, {}));
  assert.equal((await api.get(`/persons/?search=${made.unique_id}`)).json.count, 0);
  assert.equal((await newPerson(api, { unique_id: made.unique_id })).unique_id, made.unique_id, 'its external id is free');
});

test('unique_id is unique on its platform unless blank; case and platform make a difference', async () => {
  const server = await up();
  const api = await admin();
  const unique_id = distinct('Unique');
  const first = await newPerson(api, { unique_id });
  const taken = { unique_id: ['person with this unique id already exists.'] };
  fieldErrors(await api.post('/persons/', { name: 'Second', unique_id }), taken);
  fieldErrors(await api.post('/persons/', { name: 'Second', unique_id: ` ${unique_id} ` }), taken);
  const second = await newPerson(api, { unique_id: unique_id.toLowerCase() });
  fieldErrors(await api.patch(`/persons/${second.id}/`, { unique_id }), taken);
  fieldErrors(await api.put(`/persons/${second.id}/`, { name: 'x', unique_id }), taken);
  shown(await api.patch(`/persons/${first.id}/`, { unique_id }), 200);
  shown(await api.patch(`/persons/${first.id}/`, { unique_id: distinct('moved') }), 200);
  shown(await api.patch(`/persons/${second.id}/`, { unique_id }), 200);
  await newPerson((await newPlatform(server)).admin, { unique_id });
  await Promise.all([newPerson(api, { unique_id: '' }), newPerson(api, { unique_id: '' }), newPerson(api)]);
});

test('an organization: defaults, fields in order, replace, patch, delete', async () => {
  const here = await platform();
  const made = await newOrganization(here.admin, { name: distinct('Plain Inc') });
  assert.deepEqual(Object.keys(made), organizationFields);
  assert.deepEqual([made.platform, made.address, made.owner, made.metadata], [here.id, {}, null, {}]);
  const path = `/organizations/${made.id}/`;
  const full = { name: distinct('Full Inc'), address: { street: 'Via Roma 1' }, owner: here.adminUser.id, metadata: { size: 12 } };
  const replaced = shown(await here.admin.put(path, full), 200);
  assert.deepEqual(pick(replaced, full), full);
  assert.deepEqual(shown(await here.admin.put(path, full), 200), replaced, 'nothing changed');
  const patched = shown(await here.admin.patch(path, { address: 'just a line' }), 200);
  assert.deepEqual({ ...patched, updated_at: 0 }, { ...replaced, address: 'just a line', updated_at: 0 });
  const reset = shown(await here.admin.put(path, { name: full.name }), 200);
  assert.deepEqual([reset.address, reset.owner, reset.metadata], [{}, null, {}]);
  answers(await here.admin.delete(path), 204);
  for (const method of ['GET', 'DELETE']) notFound(await here.admin.send(method, path));
  notFound(await here.admin.patch(path, { name: 'x' }));
});

test('an organization name is unique on its platform, in its very spelling', async () => {
  const server = await up();
  const api = await admin();
  const name = distinct('Acme');
  const first = await newOrganization(api, { name });
  const taken = { name: ['organization with this name already exists.'] };
  fieldErrors(await api.post('/organizations/', { name }), taken);
  fieldErrors(await api.post('/organizations/', { name: `  ${name} ` }), taken);
  const second = await newOrganization(api, { name: name.toUpperCase() });
  fieldErrors(await api.patch(`/organizations/${second.id}/`, { name }), taken);
  fieldErrors(await api.put(`/organizations/${second.id}/`, { name }), taken);
  shown(await api.patch(`/organizations/${first.id}/`, { name }), 200);
  await newOrganization((await newPlatform(server)).admin, { name });
  shown(await api.patch(`/organizations/${first.id}/`, { name: distinct('Renamed') }), 200);
  await newOrganization(api, { name });
  answers(await api.delete(`/organizations/${second.id}/`), 204);
  await newOrganization(api, { name: name.toUpperCase() });
});

test('deleting an organization clears it on its persons without touching them', async () => {
  const api = await admin();
  const organization = await newOrganization(api);
  const staff = await Promise.all(Array.from({ length: 30 }, () => newPerson(api, { organization: organization.id })));
  const bystander = await newPerson(api, { organization: (await newOrganization(api)).id });
  answers(await api.delete(`/organizations/${organization.id}/`), 204);
  for (const person of staff) {
    assert.deepEqual(shown(await api.get(`/persons/${person.id}/`), 200), { ...person, organization: null, organization_name: null });
  }
  assert.deepEqual(shown(await api.get(`/persons/${bystander.id}/`), 200), bystander);
  const again = await newOrganization(api, { name: organization.name });
  assert.equal((await api.get(`/persons/${staff[0].id}/`)).json.organization, null);
  assert.notEqual(again.id, organization.id);
  // the cleared reference is what a writer sees too: naming nothing changes nothing
  const kept = shown(await api.patch(`/persons/${staff[0].id}/`, { organization: null }), 200);
  assert.equal(kept.organization, null);
  const moved = shown(await api.patch(`/persons/${staff[0].id}/`, { organization: again.id }), 200);
  assert.equal(moved.organization, again.id);
});

test('a person may not name an organization or an owner that is not there', async () => {
  const api = await admin();
  const id = unknownId();
  fieldErrors(await api.post('/persons/', { name: 'x', organization: id, owner: 31337 }), {
    organization: [`Invalid pk "${id}" - object does not exist.`], owner: ['Invalid pk "31337" - object does not exist.'],
  });
});

test('creation order is list order, whatever the clock did', async () => {
  const { admin: api } = await newPlatform(await up());
  const made = [];
  for (let at = 0; at < 20; at += 1) made.push(await newPerson(api));
  for (let at = 1; at < made.length; at += 1) assert.ok(made[at].created_at > made[at - 1].created_at);
  const listed = shown(await api.get('/persons/'), 200).results;
  assert.deepEqual(listed, [...made].reverse());
});

test('a read that follows an answered write sees it, on any connection', async () => {
  const api = await admin();
  await Promise.all(Array.from({ length: 40 }, async () => {
    const made = await newPerson(api);
    assert.deepEqual(shown(await api.get(`/persons/${made.id}/`, { agent: false }), 200), made);
    const patched = shown(await api.patch(`/persons/${made.id}/`, { job_title: 'seen' }), 200);
    assert.deepEqual(shown(await api.get(`/persons/${made.id}/`, { agent: false }), 200), patched);
    answers(await api.delete(`/persons/${made.id}/`), 204);
    notFound(await api.get(`/persons/${made.id}/`, { agent: false }));
  }));
});
