// Platforms, users, memberships, API tokens.
import http from 'node:http';
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, eventually, forbidden, notFound, refuses, shown } from '../lib/expect.mjs';
import { Api } from '../lib/http.mjs';
import { sleep } from '../lib/server.mjs';
import {
  distinct, distinctEmail, join, keyOf, memberWith, newPerson, newPlatform, newUser, roleNamed, rolesOf, superuser,
} from '../lib/world.mjs';

const up = sharedServer();
const seededRoles = ['CRM Viewer', 'CRM User', 'CRM Manager', 'CRM Inviter', 'Auditor', 'Tenant Admin'];
const platformsPath = '/api/core/platform/';
const usersPath = '/api/core/users/';
const tokensPath = '/api/core/platform/api-tokens/';
const membersPath = '/api/core/platform/users/';
const listed = (json) => (Array.isArray(json) ? json : json.results);

// --- platforms -------------------------------------------------------------------------------------------------------

test('a superuser opens platforms, each with its seeded roles and its own members', async () => {
  const server = await up();
  const key = distinct('tenant');
  const made = shown(await superuser(server).post(platformsPath, { key, name: 'Tenant One' }), 201);
  assert.deepEqual(made, { id: made.id, key, name: 'Tenant One' });
  assert.ok(Number.isInteger(made.id) && made.id > 1);
  const platform = await newPlatform(server);
  const roles = await rolesOf(platform);
  assert.deepEqual(roles.map(({ name }) => name).sort(), [...seededRoles].sort());
  for (const role of roles) {
    assert.deepEqual([role.is_internal, role.platform_key], [true, platform.key], role.name);
    assert.ok(Number.isInteger(role.id));
  }
  assert.deepEqual((await roleNamed(platform, 'Tenant Admin')).actions, ['Ibl.*']);
  assert.deepEqual((await roleNamed(platform, 'CRM Manager')).actions, ['Ibl.CRM/*']);
});

test('a platform key is taken once, is a slug, and is not the reserved one', async () => {
  const server = await up();
  const api = superuser(server);
  const { key } = await newPlatform(server);
  for (const bad of [key, 'main', 'system', '', 'with space', 'ümlaut', 'k'.repeat(65), null, 'a/b', '.']) {
    const answer = answers(await api.post(platformsPath, { key: bad, name: 'Again' }), 400);
    assert.deepEqual(Object.keys(answer.json), ['key'], String(answer));
  }
  const both = answers(await api.post(platformsPath, {}), 400);
  assert.deepEqual(both.json.key, ['This field is required.']);
});

test('platforms list those the caller belongs to', async () => {
  const server = await up();
  const [one, two] = [await newPlatform(server), await newPlatform(server)];
  const keys = (answer) => listed(shown(answer, 200)).map(({ key }) => key).sort();
  assert.deepEqual(keys(await one.admin.get(platformsPath)), [one.key]);
  shown(await join(server, one.adminUser, two), 201);
  assert.deepEqual(keys(await one.admin.get(platformsPath)), [one.key, two.key].sort());
  assert.ok(keys(await superuser(server).get(platformsPath)).includes('main'));
});

test('opening platforms, making users and memberships is for superusers', async () => {
  const server = await up();
  const { admin, adminUser, key } = await newPlatform(server);
  forbidden(await admin.post(platformsPath, { key: distinct('no'), name: 'No' }));
  forbidden(await admin.post(usersPath, { username: distinct('no'), email: distinctEmail(), name: 'No' }));
  forbidden(await admin.post('/api/core/users/platforms/', { user_id: adminUser.id, platform_key: key, is_admin: true }));
});

// --- users -----------------------------------------------------------------------------------------------------------

test('a user: username and email are unique over the server, whatever their case', async () => {
  const server = await up();
  const api = superuser(server);
  const fields = { username: distinct('Linus'), email: distinctEmail('Linus'), name: 'Linus B' };
  const made = shown(await api.post(usersPath, fields), 201);
  assert.deepEqual(made, { id: made.id, ...fields });
  const both = { username: fields.username.toUpperCase(), email: fields.email.toUpperCase(), name: 'Other' };
  assert.deepEqual(Object.keys(answers(await api.post(usersPath, both), 400).json), ['username', 'email']);
  const name = answers(await api.post(usersPath, { ...fields, email: distinctEmail() }), 400);
  assert.deepEqual(Object.keys(name.json), ['username']);
  const mail = answers(await api.post(usersPath, { ...fields, username: distinct('other') }), 400);
  assert.deepEqual(Object.keys(mail.json), ['email']);
  const wrong = answers(await api.post(usersPath, { email: 'nobody' }), 400);
  assert.deepEqual(wrong.json.username, ['This field is required.']);
  assert.deepEqual(wrong.json.email, ['Enter a valid email address.']);
});

// --- memberships -----------------------------------------------------------------------------------------------------

test('a membership is made once and changed afterwards', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const user = await newUser(server);
  const made = shown(await join(server, user, platform, { is_staff: true }), 201);
  assert.deepEqual([made.user_id, made.platform_key, made.is_admin, made.is_staff, made.active],
    [user.id, platform.key, false, true, true]);
  const changed = shown(await join(server, user, platform, { is_admin: true }), 200);
  assert.equal(changed.is_admin, true);
  const same = shown(await join(server, user, platform, { is_admin: true }), 200);
  assert.deepEqual(same, changed);
});

test('a membership needs a user and a platform that exist', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  for (const answer of [await join(server, { id: 5_000_000 }, platform), await join(server, platform.adminUser, { key: 'no-such' })]) {
    assert.ok([400, 404].includes(answer.status), String(answer));
  }
  const missing = answers(await superuser(server).post('/api/core/users/platforms/', { platform_key: platform.key }), 400);
  assert.deepEqual(missing.json, { user_id: ['This field is required.'] });
});

test('keys of an inactive or expired member are good for nothing, until it is active again', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { user, api } = await memberWith(server, platform, 'CRM Viewer');
  answers(await api.get('/persons/'), 200);
  shown(await join(server, user, platform, { active: false }), 200);
  answers(await api.get('/persons/'), 401, { detail: 'Invalid token.' });
  shown(await join(server, user, platform, { active: true }), 200);
  answers(await api.get('/persons/'), 200);
  shown(await join(server, user, platform, { active: true, expired_on: '2020-01-01T00:00:00Z' }), 200);
  answers(await api.get('/persons/'), 401, { detail: 'Invalid token.' });
  shown(await join(server, user, platform, { active: true, expired_on: null }), 200);
  answers(await api.get('/persons/'), 200);
});

test('a membership ends by itself when it expires', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { user, api } = await memberWith(server, platform, 'CRM Viewer');
  const soon = new Date(Date.now() + 900).toISOString();
  const active = async () =>
    shown(await platform.admin.get(`${membersPath}?query=${user.username}`), 200).results[0].active;
  shown(await join(server, user, platform, { expired_on: soon }), 200);
  answers(await api.get('/persons/'), 200);
  assert.equal(await active(), true);
  await eventually(async () => (await api.get('/persons/')).status === 401, 'the key to be refused', 3_000);
  assert.equal(await active(), false);
});

test('a Tenant Admin removes a member, whose keys are refused at the very next request', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { user, api } = await memberWith(server, platform, 'CRM Viewer');
  const path = (more) => `/api/core/users/platforms/?user_id=${more}`;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  answers(await api.get('/persons/', { agent }), 200);
  forbidden(await api.delete(path(user.id), { agent }));
  answers(await platform.admin.delete(path(user.id)), 204);
  answers(await api.get('/persons/', { agent }), 401, { detail: 'Invalid token.' });
  notFound(await platform.admin.delete(path(user.id)));
  notFound(await platform.admin.delete(path(5_000_000)));
  answers(await platform.admin.delete(path('')), 400, { user_id: ['This field is required.'] });
  const [member] = shown(await platform.admin.get(`${membersPath}?query=${user.username}`), 200).results;
  assert.equal(member.active, false);
  const other = await newPlatform(server);
  notFound(await platform.admin.delete(`${path(other.adminUser.id)}&platform_key=${other.key}`));
  answers(await superuser(server).delete(`${path(other.adminUser.id)}&platform_key=${other.key}`), 204);
  answers(await other.admin.get('/persons/'), 401);
});

test('a deactivated user is shut out of every platform until that is taken back', async () => {
  const server = await up();
  const [one, two] = [await newPlatform(server), await newPlatform(server)];
  const { user, api } = await memberWith(server, one, 'CRM Manager');
  shown(await join(server, user, two), 201);
  const elsewhere = await keyOf(server, user, two);
  const path = `${usersPath}${user.id}/`;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  answers(await api.get('/persons/', { agent }), 200);
  forbidden(await elsewhere.get('/persons/'));
  forbidden(await one.admin.patch(path, { active: false }));
  const before = answers(await superuser(server).get(path), 200);
  assert.deepEqual(before.json, { ...user, active: true });
  const off = answers(await superuser(server).patch(path, { active: false }, { headers: { 'If-Match': before.etag } }), 200);
  assert.deepEqual(off.json, { ...user, active: false });
  for (const key of [api, elsewhere]) answers(await key.get('/persons/', { agent }), 401, { detail: 'Invalid token.' });
  answers(await one.admin.post('/persons/', { name: 'x', owner: user.id }), 400);
  const person = await newPerson(one.admin);
  refuses(await one.admin.post(`/persons/${person.id}/link-user/`, { user_id: user.id }), 403);
  answers(await superuser(server).patch(path, { active: true }), 200);
  answers(await api.get('/persons/', { agent }), 200);
  forbidden(await elsewhere.get('/persons/'));
  answers(await superuser(server).patch(`${usersPath}1/`, { active: false }), 400);
  notFound(await superuser(server).patch(`${usersPath}5000000/`, { active: false }));
});

test('members are listed with what they hold, searched and paged', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { user } = await memberWith(server, platform, 'CRM Manager');
  const page = shown(await platform.admin.get(`${membersPath}?platform_key=${platform.key}`), 200);
  assert.equal(page.count, 2);
  const shownMember = page.results.find((each) => each.user_id === user.id);
  const fields = ['user_id', 'username', 'email', 'name', 'is_admin', 'is_staff', 'active', 'added_on', 'roles'];
  assert.deepEqual(Object.keys(shownMember).sort(), [...fields].sort());
  assert.deepEqual([shownMember.username, shownMember.email, shownMember.is_admin, shownMember.active],
    [user.username, user.email, false, true]);
  assert.ok(JSON.stringify(shownMember.roles).includes('CRM Manager'));
  assert.ok(JSON.stringify(page.results.find((each) => each.is_admin).roles).includes('Tenant Admin'));
  const found = shown(await platform.admin.get(`${membersPath}?query=${user.username.toUpperCase()}`), 200);
  assert.deepEqual(found.results.map((each) => each.user_id), [user.id]);
  const paged = shown(await platform.admin.get(`${membersPath}?page=2&page_size=1`), 200);
  assert.deepEqual([paged.count, paged.results.length, paged.next_page, paged.previous_page], [2, 1, null, 1]);
});

test('another platform is not seen, but by a superuser', async () => {
  const server = await up();
  const [mine, theirs] = [await newPlatform(server), await newPlatform(server)];
  for (const path of [membersPath, tokensPath, '/api/core/rbac/roles/', '/api/core/rbac/policies/', '/api/catalog/invitations/platform/']) {
    const other = await mine.admin.get(`${path}?platform_key=${theirs.key}`);
    const none = await mine.admin.get(`${path}?platform_key=no-such-platform`);
    notFound(other);
    assert.equal(other.text, none.text);
    answers(await superuser(server).get(`${path}?platform_key=${theirs.key}`), 200);
    answers(await mine.admin.get(`${path}?platform_key=${mine.key}`), 200);
  }
});

test('a member without Tenant Admin sees none of it', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { api } = await memberWith(server, platform, 'CRM Manager');
  for (const path of [membersPath, '/api/core/rbac/roles/', '/api/core/rbac/policies/']) forbidden(await api.get(path));
  forbidden(await api.post('/api/core/rbac/roles/', { name: 'Mine', actions: ['Ibl.*'] }));
  forbidden(await api.post('/api/core/rbac/policies/', { name: 'Mine', role_id: 1 }));
});

// --- API tokens ------------------------------------------------------------------------------------------------------

test('an API token shows its key once and works on its platform', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const name = distinct('laptop');
  const made = shown(await platform.admin.post(tokensPath, { username: platform.adminUser.username, name, platform_key: platform.key }), 201);
  const fields = ['username', 'name', 'key', 'platform_key', 'created', 'expires'];
  for (const field of fields) assert.ok(field in made, field);
  assert.deepEqual([made.username, made.name, made.platform_key, made.expires], [platform.adminUser.username, name, platform.key, null]);
  assert.ok(made.key.length >= 43, 'at least 256 bits as text');
  const api = new Api(server, made.key);
  assert.equal((await newPerson(api)).platform, platform.id);
  const all = answers(await platform.admin.get(tokensPath), 200);
  assert.ok(listed(all.json).some((each) => each.name === name));
  assert.ok(!all.text.includes(made.key));
  assert.ok(listed(all.json).every((each) => each.key === undefined));
});

test('a token name is taken once on its platform, and free again when revoked', async () => {
  const server = await up();
  const [platform, other] = [await newPlatform(server), await newPlatform(server)];
  const name = distinct('ci');
  const body = (of) => ({ username: of.adminUser.username, name, platform_key: of.key });
  const first = shown(await platform.admin.post(tokensPath, body(platform)), 201);
  assert.deepEqual(Object.keys(answers(await platform.admin.post(tokensPath, body(platform)), 400).json), ['name']);
  shown(await other.admin.post(tokensPath, body(other)), 201);
  const key = new Api(server, first.key);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  answers(await key.get('/persons/', { agent }), 200);
  answers(await platform.admin.delete(`${tokensPath}${name}?platform_key=${platform.key}`), 204);
  answers(await key.get('/persons/', { agent }), 401, { detail: 'Invalid token.' });
  notFound(await platform.admin.delete(`${tokensPath}${name}?platform_key=${platform.key}`));
  const second = shown(await platform.admin.post(tokensPath, body(platform)), 201);
  assert.notEqual(second.key, first.key);
});

test('a token name may hold any characters in its path', async () => {
  const platform = await newPlatform(await up());
  const name = 'ключ 100% / a?b#c';
  shown(await platform.admin.post(tokensPath, { username: platform.adminUser.username, name, platform_key: platform.key }), 201);
  const gone = await platform.admin.delete(`${tokensPath}${encodeURIComponent(name)}`);
  assert.ok([204, 404].includes(gone.status), String(gone));
});

test('expires_in: seconds or a duration; an expired key is 401', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const mint = (expires_in) => platform.admin.post(tokensPath,
    { username: platform.adminUser.username, name: distinct('short'), platform_key: platform.key, expires_in });
  const lifetimes = [[3600, 3600], ['3600', 3600], ['01:00:00', 3600], ['2 00:00:01', 172_801], ['10:30', 630]];
  for (const [given, seconds] of lifetimes) {
    const made = shown(await mint(given), 201);
    const lasts = (Date.parse(made.expires) - Date.parse(made.created)) / 1000;
    assert.ok(Math.abs(lasts - seconds) < 1, `${given}: ${lasts} s`);
  }
  for (const bad of ['soon', '1:2:3:4', {}, true]) {
    assert.deepEqual(Object.keys(answers(await mint(bad), 400).json), ['expires_in'], JSON.stringify(bad));
  }
  const api = new Api(server, shown(await mint(1), 201).key);
  answers(await api.get('/persons/'), 200);
  await sleep(1_100);
  answers(await api.get('/persons/'), 401, { detail: 'Invalid token.' });
});

test('admins mint keys for members, everyone for themselves, nobody for strangers', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { user, api } = await memberWith(server, platform, 'CRM Viewer');
  const body = (username) => ({ username, name: distinct('key'), platform_key: platform.key });
  const own = new Api(server, shown(await api.post(tokensPath, body(user.username)), 201).key);
  answers(await own.get('/persons/'), 200);
  forbidden(await own.post('/persons/', { name: 'x' }));
  forbidden(await api.post(tokensPath, body(platform.adminUser.username)));
  shown(await platform.admin.post(tokensPath, body(user.username)), 201);
  const outsider = await newUser(server);
  for (const stranger of [outsider.username, 'no-such-user']) {
    const answer = await platform.admin.post(tokensPath, body(stranger));
    assert.ok([400, 403, 404].includes(answer.status), String(answer));
  }
  const elsewhere = await newPlatform(server);
  refuses(await platform.admin.post(tokensPath, { ...body(platform.adminUser.username), platform_key: elsewhere.key }), 404);
});

test('roles narrow a key, and a narrow key mints no wider one', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { id } = await roleNamed(platform, 'CRM Viewer');
  const narrow = await keyOf(server, platform.adminUser, platform, { roles: [id] });
  answers(await narrow.get('/persons/'), 200);
  forbidden(await narrow.post('/persons/', { name: 'x' }));
  forbidden(await narrow.get(membersPath));
  const body = { username: platform.adminUser.username, name: distinct('wide'), platform_key: platform.key };
  const wider = await narrow.post(tokensPath, body);
  if (wider.status === 201) forbidden(await new Api(server, wider.json.key).post('/persons/', { name: 'x' }));
  else assert.ok([400, 403].includes(wider.status), String(wider));
});

test('superuser power stays with keys that a superuser minted for itself', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const root = { id: 1, username: 'admin' };
  shown(await join(server, root, platform), 201);
  const byAdmin = shown(await platform.admin.post(tokensPath, { username: 'admin', name: distinct('trap'), platform_key: platform.key }), 201);
  const trapped = new Api(server, byAdmin.key);
  forbidden(await trapped.post(platformsPath, { key: distinct('stolen'), name: 'Stolen' }));
  forbidden(await trapped.post(usersPath, { username: distinct('stolen'), email: distinctEmail(), name: 'x' }));
  const own = shown(await superuser(server).post(tokensPath, { username: 'admin', name: distinct('own'), platform_key: 'main' }), 201);
  shown(await new Api(server, own.key).post(platformsPath, { key: distinct('more'), name: 'More' }), 201);
});

test('the first start makes platform main, id 1, and user admin, id 1', async () => {
  const server = await up();
  const main = listed(shown(await superuser(server).get(platformsPath), 200)).find(({ key }) => key === 'main');
  assert.equal(main.id, 1);
  const page = shown(await superuser(server).get(`${membersPath}?query=admin@localhost`), 200);
  const admin = page.results.find(({ user_id }) => user_id === 1);
  assert.deepEqual([admin.username, admin.email, admin.active], ['admin', 'admin@localhost', true]);
});
