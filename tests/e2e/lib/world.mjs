// Platforms, people and keys for the tests, each of its own so that tests do not meet.
import { randomUUID } from 'node:crypto';
import { Api } from './http.mjs';
import { shown } from './expect.mjs';

let made = 0;
const run = randomUUID().slice(0, 6);
/** A text that no other test uses: `ada-3f2a1c-7`. */
export const distinct = (word) => `${word}-${run}-${++made}`;
export const distinctEmail = (word = 'mail') => `${distinct(word)}@example.org`;
export const unknownId = () => randomUUID();

/** The key of the first start: user admin, superuser, platform main. */
export const superuser = (server) => new Api(server);
export const stranger = (server) => new Api(server, null);

export async function newUser(server, { username = distinct('user'), email = distinctEmail(), name = 'A User' } = {}) {
  return shown(await superuser(server).post('/api/core/users/', { username, email, name }), 201);
}

export async function join(server, user, platform, more = {}) {
  const body = { user_id: user.id, platform_key: platform.key, ...more };
  return superuser(server).post('/api/core/users/platforms/', body);
}

/** A key of `user` on `platform`, as an Api. */
export async function keyOf(server, user, platform, more = {}) {
  const body = { username: user.username, name: distinct('key'), platform_key: platform.key, ...more };
  const made_ = shown(await superuser(server).post('/api/core/platform/api-tokens/', body), 201);
  return new Api(server, made_.key);
}

/** A platform with one Tenant Admin: { key, id, name, admin: Api, adminUser }. */
export async function newPlatform(server, key = distinct('platform')) {
  const body = { key, name: `The platform ${key}` };
  const platform = shown(await superuser(server).post('/api/core/platform/', body), 201);
  const adminUser = await newUser(server, { username: `admin-of-${key}` });
  shown(await join(server, adminUser, platform, { is_admin: true }), 201);
  return { ...platform, adminUser, admin: await keyOf(server, adminUser, platform) };
}

export async function rolesOf(platform) {
  const listed = shown(await platform.admin.get('/api/core/rbac/roles/?page_size=100'), 200);
  return Array.isArray(listed) ? listed : listed.results;
}

export async function roleNamed(platform, name) {
  const role = (await rolesOf(platform)).find((each) => each.name === name);
  if (!role) throw new Error(`no role is named ${name}`);
  return role;
}

/** An active member who holds exactly this seeded role: { user, api }. */
export async function memberWith(server, platform, roleName) {
  const user = await newUser(server);
  shown(await join(server, user, platform), 201);
  if (roleName) {
    const { id } = await roleNamed(platform, roleName);
    const policy = { name: distinct('policy'), role_id: id, platform_key: platform.key, users_to_add: [user.id] };
    shown(await platform.admin.post('/api/core/rbac/policies/', policy), 201);
  }
  return { user, api: await keyOf(server, user, platform) };
}

export async function newPerson(api, fields = {}) {
  return shown(await api.post('/persons/', { name: distinct('Person'), ...fields }), 201);
}

export async function newOrganization(api, fields = {}) {
  return shown(await api.post('/organizations/', { name: distinct('Organization'), ...fields }), 201);
}
