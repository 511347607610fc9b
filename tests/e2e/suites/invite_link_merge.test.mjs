// The actions on persons, and the automatic link.
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { answers, assert, forbidden, notFound, refuses, shown } from '../lib/expect.mjs';
import { sleep } from '../lib/server.mjs';
import {
  distinct, distinctEmail, join, memberWith, newPerson, newPlatform, newUser, superuser, unknownId,
} from '../lib/world.mjs';

const up = sharedServer();
let making;
const platform = () => (making ??= up().then(newPlatform));
const admin = async () => (await platform()).admin;
const read = async (api, { id }) => shown(await api.get(`/persons/${id}/`), 200);
const invite = (api, { id }, body = {}) => api.post(`/persons/${id}/invite/`, body);
const link = (api, { id }, user) => api.post(`/persons/${id}/link-user/`, { user_id: user.id });
const merge = (api, primary, duplicates) =>
  api.post('/persons/merge/', { primary_id: primary.id, duplicate_ids: duplicates.map(({ id }) => id) });
const reparented = { deals: 0, activities: 0, tags: 0 };

async function member(here, fields = {}, more = {}) {
  const user = await newUser(await up(), fields);
  shown(await join(await up(), user, here, more), 201);
  return user;
}

// --- invite ----------------------------------------------------------------------------------------------------------

test('inviting a person answers the invitation', async () => {
  const here = await platform();
  const person = await newPerson(here.admin, { primary_email: distinctEmail('Invitee') });
  const body = { is_admin: true, is_staff: true, enrollment_config: { course: 'b', a: 1 }, redirect_to: 'https://example.org/hello' };
  const made = shown(await invite(here.admin, person, body), 201);
  const fields = ['person_id', 'invitation_id', 'invitation_email', 'platform_key', 'auto_accept', 'active', 'redirect_to', 'created'];
  assert.deepEqual(Object.keys(made).sort(), [...fields].sort());
  assert.ok(Number.isInteger(made.invitation_id));
  assert.deepEqual({ ...made, invitation_id: 0, created: 0 }, {
    person_id: person.id, invitation_id: 0, invitation_email: person.primary_email, platform_key: here.key, auto_accept: true,
    active: true, redirect_to: 'https://example.org/hello', created: 0,
  });
  assert.match(made.created, /^\d{4}-.*\.\d{6}Z$/);
  assert.deepEqual((await read(here.admin, person)).active, true, 'inviting links nobody');
});

test('an invite needs no body; a blank redirect_to reads as null', async () => {
  const api = await admin();
  for (const body of [undefined, {}, { redirect_to: '' }]) {
    const person = await newPerson(api, { primary_email: distinctEmail() });
    const made = shown(await api.post(`/persons/${person.id}/invite/`, body), 201);
    assert.equal(made.redirect_to, null);
  }
});

test('without a primary email there is nobody to invite', async () => {
  const api = await admin();
  refuses(await invite(api, await newPerson(api)), 400);
});

test('one active invitation for an email, whoever was sent it and however it is spelled', async () => {
  const server = await up();
  const here = await platform();
  const email = distinctEmail('Twice');
  const first = await newPerson(here.admin, { primary_email: email });
  const second = await newPerson(here.admin, { primary_email: email.toUpperCase() });
  const made = shown(await invite(here.admin, first), 201);
  for (const person of [first, second]) {
    const refused = refuses(await invite(here.admin, person), 409);
    assert.deepEqual({ ...refused.json, detail: 0 },
      { detail: 0, invitation_id: made.invitation_id, person_id: person.id, platform_key: here.key });
  }
  const elsewhere = await newPlatform(server);
  const there = await newPerson(elsewhere.admin, { primary_email: email });
  shown(await invite(elsewhere.admin, there), 201);
  answers(await here.admin.delete(`/api/catalog/invitations/platform/?id=${made.invitation_id}`), 204);
  const again = shown(await invite(here.admin, second), 201);
  assert.notEqual(again.invitation_id, made.invitation_id);
});

test('a linked person cannot be invited', async () => {
  const here = await platform();
  const person = await newPerson(here.admin, { primary_email: distinctEmail() });
  answers(await link(here.admin, person, await member(here)), 200);
  refuses(await invite(here.admin, person), 422);
});

test('only a Tenant Admin may offer admin or staff rights', async () => {
  const server = await up();
  const here = await platform();
  const { api: inviter } = await memberWith(server, here, 'CRM Inviter');
  const person = await newPerson(here.admin, { primary_email: distinctEmail() });
  forbidden(await invite(inviter, person, { is_admin: true }));
  forbidden(await invite(inviter, person, { is_staff: true }));
  shown(await invite(inviter, person, { is_admin: false, is_staff: false }), 201);
  const { api: user } = await memberWith(server, here, 'CRM User');
  forbidden(await invite(user, person));
});

test('an expired invitation makes room for a new one', async () => {
  await withServer({ args: ['--invitation-lifetime', '1'] }, async (server) => {
    const api = superuser(server);
    const person = await newPerson(api, { primary_email: distinctEmail('expiring') });
    const first = shown(await invite(api, person), 201);
    answers(await invite(api, person), 409);
    await sleep(1_300);
    const second = shown(await invite(api, person), 201);
    assert.notEqual(second.invitation_id, first.invitation_id);
    const listed = shown(await api.get('/api/catalog/invitations/platform/'), 200).results;
    const active = Object.fromEntries(listed.map((each) => [each.id, each.active]));
    assert.deepEqual(active, { [first.invitation_id]: false, [second.invitation_id]: true });
  });
});

test('changing or deleting the person leaves the invitation it was sent', async () => {
  const api = await admin();
  const email = distinctEmail('kept');
  const person = await newPerson(api, { primary_email: email });
  const made = shown(await invite(api, person), 201);
  shown(await api.patch(`/persons/${person.id}/`, { primary_email: distinctEmail('moved') }), 200);
  shown(await invite(api, person), 201);
  const other = await newPerson(api, { primary_email: email });
  assert.equal(answers(await invite(api, other), 409).json.invitation_id, made.invitation_id);
});

// --- link ------------------------------------------------------------------------------------------------------------

test('linking binds a person to a member, once', async () => {
  const here = await platform();
  const person = await newPerson(here.admin);
  const [one, two] = [await member(here), await member(here)];
  const linked = shown(await link(here.admin, person, one), 200);
  assert.deepEqual({ ...linked, updated_at: 0 }, { ...person, platform_user: one.id, active: false, updated_at: 0 });
  assert.ok(linked.updated_at > person.updated_at);
  assert.deepEqual(shown(await link(here.admin, person, one), 200), linked, 'the same user again');
  assert.deepEqual(shown(await link(here.admin, person, two), 200), linked, 'another user');
  assert.deepEqual(await read(here.admin, person), linked);
});

test('linking: an unknown user is 404, one of no standing here 403', async () => {
  const server = await up();
  const here = await platform();
  const person = await newPerson(here.admin);
  refuses(await link(here.admin, person, { id: 4_000_000 }), 404);
  const outsider = await newUser(server);
  refuses(await link(here.admin, person, outsider), 403);
  shown(await join(server, outsider, here, { active: false }), 201);
  refuses(await link(here.admin, person, outsider), 403);
  assert.deepEqual(await read(here.admin, person), person);
  notFound(await here.admin.post(`/persons/${unknownId()}/link-user/`, { user_id: outsider.id }));
});

test('linking takes the user id as digits too', async () => {
  const here = await platform();
  const person = await newPerson(here.admin);
  const user = await member(here);
  const linked = shown(await here.admin.post(`/persons/${person.id}/link-user/`, { user_id: String(user.id) }), 200);
  assert.equal(linked.platform_user, user.id);
});

// --- merge -----------------------------------------------------------------------------------------------------------

test('merging makes the duplicates inactive and changes no field of the primary', async () => {
  const api = await admin();
  const primary = await newPerson(api, { job_title: 'Primary', primary_email: distinctEmail() });
  const duplicates = [await newPerson(api, { unique_id: distinct('dup') }), await newPerson(api)];
  const merged = shown(await merge(api, primary, duplicates), 200);
  assert.deepEqual(merged, { primary_id: primary.id, merged_ids: duplicates.map(({ id }) => id), reparented });
  assert.deepEqual(Object.keys(merged), ['primary_id', 'merged_ids', 'reparented']);
  assert.deepEqual(await read(api, primary), primary);
  for (const duplicate of duplicates) {
    const now = await read(api, duplicate);
    assert.deepEqual({ ...now, updated_at: 0 }, { ...duplicate, active: false, merged_into: primary.id, updated_at: 0 });
    assert.ok(now.updated_at > duplicate.updated_at);
  }
});

test('merging again is nothing; merging more takes only the new ones', async () => {
  const api = await admin();
  const primary = await newPerson(api);
  const [first, second] = [await newPerson(api), await newPerson(api)];
  shown(await merge(api, primary, [first]), 200);
  const before = await read(api, first);
  assert.deepEqual(shown(await merge(api, primary, [first]), 200).merged_ids, []);
  assert.deepEqual(shown(await merge(api, primary, [first, second, second, first]), 200).merged_ids, [second.id]);
  assert.deepEqual(await read(api, first), before);
});

test('merging is refused whole: empty, the primary itself, strangers, merged elsewhere', async () => {
  const server = await up();
  const api = await admin();
  const [primary, other, duplicate, free] = [await newPerson(api), await newPerson(api), await newPerson(api), await newPerson(api)];
  const foreign = await newPerson((await newPlatform(server)).admin);
  shown(await merge(api, primary, [duplicate]), 200);
  const refusedOnDuplicates = async (duplicates) => {
    const answer = answers(await merge(api, other, duplicates), 400);
    assert.deepEqual(Object.keys(answer.json), ['duplicate_ids'], String(answer));
  };
  await refusedOnDuplicates([]);
  await refusedOnDuplicates([free, other]);
  await refusedOnDuplicates([free, { id: unknownId() }]);
  await refusedOnDuplicates([free, foreign]);
  answers(await merge(api, other, [free, duplicate]), 400);
  answers(await merge(api, duplicate, [free]), 400);
  assert.deepEqual(await read(api, free), free, 'nothing of a refused merge is done');
  assert.equal(shown(await api.get(`/persons/${other.id}/`), 200).active, true);
});

test('merging into a person that is not there: 404', async () => {
  const server = await up();
  const api = await admin();
  const free = await newPerson(api);
  refuses(await merge(api, { id: unknownId() }, [free]), 404);
  const foreign = await newPerson((await newPlatform(server)).admin);
  refuses(await merge(api, foreign, [free]), 404);
  const gone = await newPerson(api);
  answers(await api.delete(`/persons/${gone.id}/`), 204);
  refuses(await merge(api, gone, [free]), 404);
  const answer = answers(await merge(api, free, [gone]), 400);
  assert.deepEqual(Object.keys(answer.json), ['duplicate_ids']);
});

test('a merge takes at most a thousand duplicates, repeated ones counted once', async () => {
  const { admin: api } = await newPlatform(await up());
  const primary = await newPerson(api);
  const many = [];
  for (let batch = 0; batch < 10; batch += 1) {
    many.push(...(await Promise.all(Array.from({ length: 100 }, () => newPerson(api)))));
  }
  const one = await newPerson(api);
  const over = answers(await merge(api, primary, [...many, one]), 400);
  assert.deepEqual(Object.keys(over.json), ['duplicate_ids']);
  const merged = shown(await merge(api, primary, [...many, ...many.slice(0, 500)]), 200);
  assert.equal(merged.merged_ids.length, 1000);
  assert.equal(shown(await api.get('/persons/?active=true'), 200).count, 2);
});

test('a merged person can still be linked by name, but not found by the automatic link', async () => {
  const here = await platform();
  const email = distinctEmail('merged');
  const [primary, duplicate] = [await newPerson(here.admin), await newPerson(here.admin, { primary_email: email })];
  shown(await merge(here.admin, primary, [duplicate]), 200);
  await member(here, { email });
  assert.equal((await read(here.admin, duplicate)).platform_user, null);
});

// --- the automatic link ----------------------------------------------------------------------------------------------

test('a user who becomes a member is linked to every active person of that email', async () => {
  const server = await up();
  const here = await platform();
  const elsewhere = await newPlatform(server);
  const email = distinctEmail('Auto');
  const persons = [await newPerson(here.admin, { primary_email: email }), await newPerson(here.admin, { primary_email: email.toUpperCase() })];
  const another = await newPerson(here.admin, { primary_email: distinctEmail('auto') });
  const foreign = await newPerson(elsewhere.admin, { primary_email: email });
  const user = await newUser(server, { email: email.toLowerCase() });
  for (const person of persons) assert.deepEqual(await read(here.admin, person), person, 'a user of no platform links nothing');
  shown(await join(server, user, here), 201);
  for (const person of persons) {
    const now = await read(here.admin, person);
    assert.deepEqual([now.platform_user, now.active], [user.id, false]);
  }
  assert.deepEqual(await read(here.admin, another), another);
  assert.deepEqual(await read(elsewhere.admin, foreign), foreign);
  shown(await join(server, user, elsewhere), 201);
  assert.equal((await read(elsewhere.admin, foreign)).platform_user, user.id);
});

test('an inactive membership links when it becomes active', async () => {
  const server = await up();
  const here = await platform();
  const email = distinctEmail('later');
  const person = await newPerson(here.admin, { primary_email: email });
  const user = await newUser(server, { email });
  shown(await join(server, user, here, { active: false }), 201);
  assert.deepEqual(await read(here.admin, person), person);
  shown(await join(server, user, here, { active: true }), 200);
  assert.equal((await read(here.admin, person)).platform_user, user.id);
});

test('a person bound to someone else is left alone', async () => {
  const server = await up();
  const here = await platform();
  const email = distinctEmail('bound');
  const person = await newPerson(here.admin, { primary_email: email });
  const first = await member(here);
  const linked = shown(await link(here.admin, person, first), 200);
  const user = await newUser(server, { email });
  shown(await join(server, user, here), 201);
  assert.deepEqual(await read(here.admin, person), linked);
});

test('a user without an email matches no one', async () => {
  const server = await up();
  const here = await platform();
  const person = await newPerson(here.admin);
  const made = await superuser(server).post('/api/core/users/', { username: distinct('mailless'), email: '', name: 'No Mail' });
  if (made.status === 400) {
    assert.deepEqual(Object.keys(made.json), ['email']);
    return;
  }
  shown(await join(server, shown(made, 201), here), 201);
  assert.deepEqual(await read(here.admin, person), person);
});
