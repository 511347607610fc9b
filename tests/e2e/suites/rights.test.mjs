// Roles, policies, and what each seeded role may do.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, forbidden, notFound, shown } from '../lib/expect.mjs';
import {
  distinct, distinctEmail, join, keyOf, memberWith, newPerson, newPlatform, newUser, roleNamed, superuser, unknownId,
} from '../lib/world.mjs';

const up = sharedServer();
const rolesPath = '/api/core/rbac/roles/';
const policiesPath = '/api/core/rbac/policies/';
const checkPath = '/api/core/rbac/permissions/check/';

/** Every CRM operation with the permission it needs; the record is one that is not there. */
function operations() {
  const id = unknownId();
  return [
    ['GET', '/persons/', 'Persons/list'], ['POST', '/persons/', 'Persons/write'],
    ['GET', `/persons/${id}/`, 'Persons/read'], ['PUT', `/persons/${id}/`, 'Persons/write'],
    ['PATCH', `/persons/${id}/`, 'Persons/write'], ['DELETE', `/persons/${id}/`, 'Persons/delete'],
    ['POST', `/persons/${id}/invite/`, 'Invite/action'], ['POST', `/persons/${id}/link-user/`, 'Persons/write'],
    ['POST', '/persons/merge/', 'Persons/write'], ['POST', `/persons/${id}/unmerge/`, 'Persons/write'],
    ['POST', '/persons/batch/', 'Persons/write'], ['POST', `/persons/${id}/erase/`, 'Persons/delete'],
    ['GET', `/persons/${id}/erasure/`, 'Persons/read'],
    ['GET', '/organizations/', 'Organizations/list'], ['POST', '/organizations/', 'Organizations/write'],
    ['GET', `/organizations/${id}/`, 'Organizations/read'], ['PUT', `/organizations/${id}/`, 'Organizations/write'],
    ['PATCH', `/organizations/${id}/`, 'Organizations/write'], ['DELETE', `/organizations/${id}/`, 'Organizations/delete'],
    ['GET', '/api/catalog/invitations/platform/', 'Invite/action'], ['POST', '/api/catalog/invitations/platform/', 'Invite/action'],
    ['DELETE', '/api/catalog/invitations/platform/?id=999', 'Invite/action'],
    ['GET', '/audit/head', 'Audit/read'], ['GET', '/events/', 'Audit/read'],
    ['GET', '/snapshots/', 'Snapshots/list'], ['POST', '/snapshots/?dry_run=true', 'Snapshots/write'],
    ['GET', '/snapshots/7/', 'Snapshots/read'], ['DELETE', '/snapshots/7/', 'Snapshots/delete'],
    ['GET', '/snapshots/7/files/annals.db', 'Snapshots/read'], ['GET', '/snapshots/7/diff/8/', 'Snapshots/read'],
    ['GET', '/webhooks/', 'Webhooks/list'], ['POST', '/webhooks/', 'Webhooks/write'], ['GET', '/webhooks/7/', 'Webhooks/read'],
    ['PATCH', '/webhooks/7/', 'Webhooks/write'], ['DELETE', '/webhooks/7/', 'Webhooks/delete'],
    ['GET', '/webhooks/7/deliveries/', 'Webhooks/read'], ['POST', '/webhooks/7/deliveries/8/redeliver/', 'Webhooks/action'],
    ['POST', '/webhooks/7/ping/', 'Webhooks/action'],
    ['GET', '/deals/', 'Deals/list'], ['POST', '/deals/', 'Deals/action'], ['GET', '/deals/board/', 'Deals/list'],
    ['GET', '/deals/7/', 'Deals/read'], ['PUT', '/deals/7/', 'Deals/write'], ['PATCH', '/deals/7/', 'Deals/write'],
    ['DELETE', '/deals/7/', 'Deals/delete'], ['GET', '/deals/7/history/', 'Deals/read'],
    ['POST', '/deals/7/move-stage/', 'Deals/action'], ['POST', '/deals/7/won/', 'Deals/action'],
    ['POST', '/deals/7/lost/', 'Deals/action'],
    ['GET', '/activities/', 'Activities/list'], ['POST', '/activities/', 'Activities/action'],
    ['GET', '/activities/7/', 'Activities/read'], ['PUT', '/activities/7/', 'Activities/write'],
    ['PATCH', '/activities/7/', 'Activities/write'], ['DELETE', '/activities/7/', 'Activities/delete'],
    ['POST', '/activities/7/done/', 'Activities/action'],
    ['GET', '/favorites/', 'any read'], ['POST', '/favorites/', 'any read'], ['DELETE', '/favorites/7/', 'any read'],
    ['GET', '/views/', 'any read'], ['POST', '/views/', 'any read'], ['GET', '/views/7/', 'any read'],
    ['PATCH', '/views/7/', 'any read'], ['DELETE', '/views/7/', 'any read'],
    ['GET', `/persons/${id}/history/`, 'Persons/read'], ['GET', `/organizations/${id}/history/`, 'Organizations/read'],
  ];
}
const crm = ['Persons', 'Organizations', 'Deals', 'Activities'];
const granted = {
  'CRM Viewer': ['any read', ...crm.flatMap((each) => [`${each}/read`, `${each}/list`])],
  'CRM User': ['any read', 'Deals/action', 'Activities/action', ...crm.flatMap((each) => ['read', 'list', 'write', 'delete'].map((verb) => `${each}/${verb}`))],
  'CRM Manager': 'everything',
  'CRM Inviter': ['any read', 'Persons/read', 'Persons/list', 'Invite/action'],
  Auditor: ['any read', 'Audit/read', 'Snapshots/read', 'Snapshots/list', ...crm.flatMap((each) => [`${each}/read`, `${each}/list`])],
  'Tenant Admin': 'everything',
};

for (const [role, grants] of [...Object.entries(granted), ['no role', []]]) {
  test(`${role}: every CRM operation is granted or 403, as the role says`, async () => {
    const server = await up();
    const platform = await newPlatform(server);
    const { api } = await memberWith(server, platform, role === 'no role' ? null : role);
    for (const [method, path, permission] of operations()) {
      const answer = await api.send(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
      if (grants === 'everything' || grants.includes(permission)) {
        assert.ok([200, 400, 404].includes(answer.status), `${role}: ${answer}`);
      } else {
        forbidden(answer);
      }
    }
  });
}

test('rights are the union of roles, taken and given back by policies', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { user, api } = await memberWith(server, platform, 'CRM Inviter');
  forbidden(await api.post('/organizations/', {}));
  const { id: role_id } = await roleNamed(platform, 'CRM User');
  const policy = shown(await platform.admin.post(policiesPath, {
    name: distinct('more'), role_id, platform_key: platform.key, resources: ['/platforms/1/'], users_to_add: [user.id],
  }), 201);
  answers(await api.post('/organizations/', {}), 400);
  answers(await api.post(`/persons/${unknownId()}/invite/`, {}), 404);
  const path = `${policiesPath}${policy.id}/`;
  shown(await platform.admin.patch(path, { users_to_remove: [user.id] }), 200);
  forbidden(await api.post('/organizations/', {}));
  shown(await platform.admin.patch(path, { users_to_add: [user.id] }), 200);
  answers(await api.post('/organizations/', {}), 400);
  answers(await platform.admin.delete(path), 204);
  forbidden(await api.post('/organizations/', {}));
  notFound(await platform.admin.get(path));
});

test('a policy: kept as written, its role there, its users members', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { id: role_id } = await roleNamed(platform, 'CRM Viewer');
  const outsider = await newUser(server);
  const name = distinct('policy');
  const resources = ['/platforms/7/', { any: ['thing', 1] }];
  const made = shown(await platform.admin.post(policiesPath, { name, role_id, platform_key: platform.key, resources }), 201);
  assert.deepEqual([made.name, made.role_id, made.platform_key, made.resources], [name, role_id, platform.key, resources]);
  assert.deepEqual(shown(await platform.admin.get(`${policiesPath}${made.id}/`), 200), made);
  for (const [field, value] of [['role_id', 9_999_999], ['users_to_add', [outsider.id]], ['name', '']]) {
    const body = { name: distinct('bad'), role_id, platform_key: platform.key, [field]: value };
    assert.deepEqual(Object.keys(answers(await platform.admin.post(policiesPath, body), 400).json), [field]);
  }
  answers(await platform.admin.put(`${policiesPath}${made.id}/`, { name: distinct('renamed'), role_id }), 200);
  const listed = shown(await platform.admin.get(policiesPath), 200);
  assert.equal(listed.count, 1);
  const elsewhere = await newPlatform(server);
  notFound(await elsewhere.admin.get(`${policiesPath}${made.id}/`));
});

test('a role of one\'s own: made, replaced, patched, deleted', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const name = distinct('Reader');
  const made = shown(await platform.admin.post(rolesPath, { name, platform_key: platform.key, actions: ['Ibl.CRM/Persons/list'] }), 201);
  assert.deepEqual(made, { id: made.id, name, platform_key: platform.key, actions: ['Ibl.CRM/Persons/list'], is_internal: false });
  const { api } = await memberWith(server, platform, name);
  answers(await api.get('/persons/'), 200);
  forbidden(await api.get(`/persons/${unknownId()}/`));
  const path = `${rolesPath}${made.id}/`;
  shown(await platform.admin.patch(path, { actions: ['Ibl.CRM/Persons/*'] }), 200);
  notFound(await api.get(`/persons/${unknownId()}/`));
  shown(await platform.admin.put(path, { name: distinct('Other'), actions: ['Ibl.CRM/Organizations/list'] }), 200);
  forbidden(await api.get('/persons/'));
  answers(await api.get('/organizations/'), 200);
  const taken = answers(await platform.admin.post(rolesPath, { name: 'CRM Viewer', actions: ['Ibl.*'] }), 400);
  assert.deepEqual(Object.keys(taken.json), ['name']);
  for (const bad of [['persons'], ['Ibl.CRM/Per sons/x'], [''], 'Ibl.*', [1], ['Ibl.CRM/*/read']]) {
    const answer = answers(await platform.admin.post(rolesPath, { name: distinct('bad'), actions: bad }), 400);
    assert.deepEqual(Object.keys(answer.json), ['actions'], String(answer));
  }
  const unused = shown(await platform.admin.post(rolesPath, { name: distinct('Unused'), actions: ['Ibl.CRM/*'] }), 201);
  answers(await platform.admin.delete(`${rolesPath}${unused.id}/`), 204);
  notFound(await platform.admin.get(`${rolesPath}${unused.id}/`));
});

test('seeded roles are read-only', async () => {
  const platform = await newPlatform(await up());
  const role = await roleNamed(platform, 'CRM Viewer');
  const path = `${rolesPath}${role.id}/`;
  answers(await platform.admin.patch(path, { actions: ['Ibl.*'] }), 403);
  answers(await platform.admin.put(path, { name: 'Mine', actions: ['Ibl.*'] }), 403);
  answers(await platform.admin.delete(path), 403);
  assert.deepEqual(shown(await platform.admin.get(path), 200), role);
});

test('permissions/check names which of the asked actions the caller holds', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { api } = await memberWith(server, platform, 'CRM Inviter');
  const actions = ['Ibl.CRM/Persons/read', 'Ibl.CRM/Persons/write', 'Ibl.CRM/Invite/action'];
  const held = shown(await api.post(checkPath, { platform_key: platform.key, actions }), 200);
  assert.deepEqual(held.actions, { [actions[0]]: true, [actions[1]]: false, [actions[2]]: true });
  assert.deepEqual(shown(await api.post(checkPath, { actions }), 200), held, 'its own platform is the default');
  const all = shown(await platform.admin.post(checkPath, { platform_key: platform.key, actions }), 200);
  assert.deepEqual(Object.values(all.actions), [true, true, true]);
  notFound(await api.post(checkPath, { platform_key: 'main', actions }));
});

test('Tenant Admin of one platform is nobody on another', async () => {
  const server = await up();
  const [mine, theirs] = [await newPlatform(server), await newPlatform(server)];
  shown(await join(server, mine.adminUser, theirs), 201);
  const visitor = await keyOf(server, mine.adminUser, theirs);
  forbidden(await visitor.get('/persons/'));
  forbidden(await visitor.get(rolesPath));
  answers(await mine.admin.get('/persons/'), 200);
  const person = await newPerson(theirs.admin, { primary_email: distinctEmail() });
  notFound(await mine.admin.get(`/persons/${person.id}/`));
  answers(await superuser(server).get(`${rolesPath}?platform_key=${theirs.key}`), 200);
  notFound(await superuser(server).get(`/persons/${person.id}/`));
});
