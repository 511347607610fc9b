// What every endpoint has in common: mounts, slashes, credentials, methods, the order of refusals.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, forbidden, notFound, refuses, shown } from '../lib/expect.mjs';
import { Api } from '../lib/http.mjs';
import {
  distinct, distinctEmail, memberWith, newOrganization, newPerson, newPlatform, stranger, superuser, unknownId,
} from '../lib/world.mjs';

const up = sharedServer();
const mounts = ['', '/api/crm', '/dm/api/crm'];

test('a person is the same under the three mounts, with and without the trailing slash', async () => {
  const { admin } = await newPlatform(await up());
  const person = await newPerson(admin);
  for (const mount of mounts) {
    for (const slash of ['/', '']) {
      const answer = await admin.get(`${mount}/persons/${person.id}${slash}`);
      assert.deepEqual(shown(answer, 200), person, `${mount} ${slash}`);
      answers(await admin.get(`${mount}/organizations${slash}`), 200);
      const made = await admin.post(`${mount}/persons${slash}`, { name: distinct('Anywhere') });
      answers(await admin.get(`/persons/${shown(made, 201).id}`), 200);
    }
  }
});

test('the other API groups are also served under /dm', async () => {
  const api = superuser(await up());
  for (const path of ['/api/core/platform/', '/api/core/platform/users/', '/api/core/rbac/roles/',
    '/api/core/rbac/policies/', '/api/core/platform/api-tokens/', '/api/catalog/invitations/platform/']) {
    for (const slash of ['', '/']) {
      const direct = answers(await api.get(path.replace(/\/$/, slash)), 200);
      const under = answers(await api.get(`/dm${path.replace(/\/$/, slash)}`), 200);
      assert.equal(typeof under.json, typeof direct.json);
    }
  }
});

test('any of the four schemes is good, in any case', async () => {
  const server = await up();
  for (const scheme of ['Api-Token', 'Api-Key', 'Token', 'Bearer', 'api-token', 'BEARER', 'aPi-kEy', 'token']) {
    answers(await new Api(server, server.token, { scheme }).get('/persons/'), 200);
  }
});

test('without credentials: 401 in the words of the contract', async () => {
  const answer = await stranger(await up()).get('/persons/');
  answers(answer, 401, { detail: 'Authentication credentials were not provided.' });
  assert.equal(answer.headers['www-authenticate'], 'Api-Token');
});

test('unknown keys, other schemes and broken headers: 401 and no more', async () => {
  const server = await up();
  for (const scheme of ['Api-Token', 'Bearer']) {
    const answer = await new Api(server, `${server.token}x`, { scheme }).get('/persons/');
    answers(answer, 401, { detail: 'Invalid token.' });
    assert.equal(answer.headers['www-authenticate'], 'Api-Token');
  }
  for (const header of ['Basic YWRtaW46YWRtaW4=', 'Bearer', 'Bearer ', `Api-Token ${server.token} more`, server.token,
    'Token \u00e9', `Digest ${server.token}`]) {
    const answer = await stranger(server).get('/persons/', { headers: { Authorization: header } });
    assert.equal(answer.status, 401, `${header}: ${answer}`);
    assert.equal(answer.headers['www-authenticate'], 'Api-Token', header);
  }
});

test('unknown routes: 404 for everyone', async () => {
  const server = await up();
  for (const api of [stranger(server), superuser(server)]) {
    for (const path of ['/nothing/', '/api/crm/', '/api/nothing/persons/', '/dm/persons/', '/persons/a/b/c/',
      `/persons/${unknownId()}/unknown/`, '/api/crm/api/crm/persons/', '/api/core/nothing/', '/dm/dm/api/crm/persons/',
      '//persons/', '/persons//']) {
      notFound(await api.get(path));
    }
  }
});

test('ids that are none, and odd encodings in the path: 404 or 400, never a crash', async () => {
  const api = superuser(await up());
  const { id } = await newPerson(api);
  const odd = ['xyz', '1', '%00', '%2e%2e', '..%2f..%2fetc%2fpasswd', '%ff%fe', '%', '%zz', `${id}0`, id.slice(1),
    `${id}%20`, '%2F', `%7B${id}%7D`, '\'"><script>', ';', `${id};a=b`];
  for (const each of odd) {
    const answer = await api.get(`/persons/${each.replace(/[ "<>]/g, encodeURIComponent)}/`);
    assert.ok([400, 404].includes(answer.status), String(answer));
    assert.equal(typeof answer.json.detail, 'string');
  }
  answers(await api.get(`/persons/${id}/`), 200);
});

test('a percent-encoded id is that id', async () => {
  const api = superuser(await up());
  const { id } = await newPerson(api);
  const encoded = [...id].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
  answers(await api.get(`/persons/${encoded}/`), 200);
  answers(await api.get(`/%70ersons/${id}/`), 200);
});

test('405 names the method and allows the others', async () => {
  const server = await up();
  const api = superuser(server);
  const { id } = await newPerson(api);
  const cases = [
    ['PUT', '/persons/', ['GET', 'POST']],
    ['DELETE', '/organizations/', ['GET', 'POST']],
    ['PATCH', '/api/crm/persons/', ['GET', 'POST']],
    ['POST', `/persons/${id}/`, ['GET', 'PUT', 'PATCH', 'DELETE']],
    ['GET', '/persons/merge/', ['POST']],
    ['GET', `/persons/${id}/invite/`, ['POST']],
    ['DELETE', `/persons/${id}/link-user/`, ['POST']],
    ['GET', '/api/core/users/', ['POST']],
    ['PATCH', '/api/core/platform/', ['GET', 'POST']],
    ['TRACE', '/persons/', ['GET', 'POST']],
  ];
  for (const [method, path, allowed] of cases) {
    const answer = await api.send(method, path);
    refuses(answer, 405, `Method "${method}" not allowed.`);
    const allow = (answer.headers.allow ?? '').split(/,\s*/);
    for (const each of allowed) assert.ok(allow.includes(each), `${answer}: Allow is ${answer.headers.allow}`);
    assert.ok(!allow.includes(method), `${answer}: Allow is ${answer.headers.allow}`);
  }
});

test('HEAD works where GET does, with the same headers and no body', async () => {
  const api = superuser(await up());
  const { id } = await newPerson(api);
  for (const path of ['/persons/', `/persons/${id}/`, '/organizations/', '/api/core/platform/']) {
    const got = answers(await api.get(path), 200);
    const head = answers(await api.head(path), 200);
    assert.equal(head.bytes.length, 0);
    assert.equal(head.headers['content-type'], got.headers['content-type']);
    assert.equal(head.headers['content-length'], got.headers['content-length']);
    assert.equal(head.etag, got.etag);
  }
  answers(await api.head(`/persons/${unknownId()}/`), 404);
  answers(await stranger(await up()).head('/persons/'), 401);
  answers(await api.head('/persons/merge/'), 405);
});

test('OPTIONS crashes nothing and changes nothing', async () => {
  const api = superuser(await up());
  const answer = await api.send('OPTIONS', '/persons/');
  assert.ok([200, 204].includes(answer.status), String(answer));
  assert.match(answer.headers.allow ?? '', /GET/);
  assert.equal(answer.headers['access-control-allow-origin'], undefined);
});

test('every answer carries X-Request-Id: the one it was sent when that is sane', async () => {
  const server = await up();
  const api = superuser(server);
  const fresh = await api.get('/persons/');
  assert.match(fresh.headers['x-request-id'], /^[A-Za-z0-9._-]{8,128}$/);
  assert.notEqual((await api.get('/persons/')).headers['x-request-id'], fresh.headers['x-request-id']);
  const own = distinct('request');
  for (const path of ['/persons/', '/nothing/', '/persons/merge/']) {
    const answer = await api.get(path, { headers: { 'X-Request-Id': own } });
    assert.equal(answer.headers['x-request-id'], own, path);
  }
  for (const bad of ['a b', 'x'.repeat(5000), '<script>', 'semi;colon', 'é']) {
    const answer = await api.get('/persons/', { headers: { 'X-Request-Id': bad } });
    answers(answer, 200);
    assert.notEqual(answer.headers['x-request-id'], bad);
    assert.match(answer.headers['x-request-id'], /^[A-Za-z0-9._-]{8,128}$/);
  }
  answers(await stranger(server).get('/persons/', { headers: { 'X-Request-Id': own } }), 401);
});

test('answers are application/json, also the refusals', async () => {
  const server = await up();
  const api = superuser(server);
  const all = [await api.get('/persons/'), await api.get('/nothing/'), await stranger(server).get('/persons/'),
    await api.send('PUT', '/persons/'), await api.post('/persons/', {}), await api.get(`/persons/${unknownId()}/`),
    await api.post('/persons/', '{', {})];
  for (const answer of all) assert.match(answer.headers['content-type'], /^application\/json(;|$)/, String(answer));
});

test('timestamps are UTC with microseconds', async () => {
  const api = superuser(await up());
  const person = await newPerson(api);
  for (const field of ['created_at', 'updated_at']) {
    assert.match(person[field], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    assert.ok(Math.abs(Date.parse(person[field]) - Date.now()) < 60_000, person[field]);
  }
});

test('an answer without a body says so', async () => {
  const api = superuser(await up());
  const { id } = await newPerson(api);
  const answer = answers(await api.delete(`/persons/${id}/`), 204);
  assert.equal(answer.bytes.length, 0);
});

// --- the order of refusals -------------------------------------------------------------------------------------------

test('an unknown route comes before missing credentials, and these before the wrong method', async () => {
  const server = await up();
  const nobody = stranger(server);
  notFound(await nobody.post('/nothing/', '{'));
  answers(await nobody.send('PUT', '/persons/'), 401);
  answers(await new Api(server, 'wrong-key-wrong-key-wrong-key-wrong').send('PUT', '/persons/'), 401);
});

test('the wrong method comes before missing permission', async () => {
  const server = await up();
  const { api } = await memberWith(server, await newPlatform(server), null);
  forbidden(await api.get('/persons/'));
  answers(await api.send('PUT', '/persons/'), 405);
});

test('missing permission comes before a missing record and a broken body', async () => {
  const server = await up();
  const { api } = await memberWith(server, await newPlatform(server), 'CRM Inviter');
  forbidden(await api.patch(`/persons/${unknownId()}/`, '{', {}));
  forbidden(await api.post('/persons/', '{', {}));
  forbidden(await api.delete(`/organizations/${unknownId()}/`));
});

test('a missing record comes before anything about the body', async () => {
  const { admin } = await newPlatform(await up());
  const missing = `/persons/${unknownId()}`;
  notFound(await admin.patch(`${missing}/`, '{', {}));
  notFound(await admin.put(`${missing}/`, 'text', { type: 'text/plain' }));
  notFound(await admin.patch(`${missing}/`, { name: '' }));
  notFound(await admin.patch(`${missing}/`, { name: 'x' }, { headers: { 'If-Match': '"99"' } }));
  notFound(await admin.post(`${missing}/link-user/`, {}));
  notFound(await admin.post(`${missing}/invite/`, { is_admin: 'maybe' }));
  notFound(await admin.patch(`${missing}/`, `{"name": "${'x'.repeat(2 << 20)}"}`, { agent: false }));
});

test('a body that cannot be read comes before a stale If-Match, and that before field errors', async () => {
  const { admin } = await newPlatform(await up());
  const { id } = await newPerson(admin);
  const stale = { headers: { 'If-Match': '"77"' } };
  refuses(await admin.patch(`/persons/${id}/`, '{', stale), 400, /^JSON parse error - /);
  answers(await admin.patch(`/persons/${id}/`, 'text', { type: 'text/plain', ...stale }), 415);
  answers(await admin.patch(`/persons/${id}/`, { name: '' }, stale), 412);
  answers(await admin.put(`/persons/${id}/`, {}, stale), 412);
});

test('idempotency comes before a stale If-Match and before field errors', async () => {
  const { admin } = await newPlatform(await up());
  const person = await newPerson(admin, { primary_email: distinctEmail() });
  const key = { 'Idempotency-Key': distinct('order') };
  answers(await admin.post(`/persons/${person.id}/invite/`, {}, { headers: key }), 201);
  const stale = { headers: { ...key, 'If-Match': '"77"' } };
  answers(await admin.post(`/persons/${person.id}/invite/`, {}, stale), 201);
  answers(await admin.post(`/persons/${person.id}/invite/`, { is_admin: 'maybe' }, stale), 422);
});

test('field errors come before conflicts of state', async () => {
  const { admin } = await newPlatform(await up());
  const person = await newPerson(admin, { primary_email: distinctEmail() });
  shown(await admin.post(`/persons/${person.id}/invite/`, {}), 201);
  const answer = answers(await admin.post(`/persons/${person.id}/invite/`, { is_admin: 'maybe' }), 400);
  assert.deepEqual(answer.json, { is_admin: ['Must be a valid boolean.'] });
});

test('a record of another platform answers exactly as one that does not exist', async () => {
  const server = await up();
  const mine = await newPlatform(server);
  const theirs = await newPlatform(server);
  const person = await newPerson(theirs.admin);
  const organization = await newOrganization(theirs.admin);
  for (const [path, method, body] of [
    [`/persons/${person.id}/`, 'GET'], [`/persons/${person.id}/`, 'PATCH', { name: 'Mine now' }],
    [`/persons/${person.id}/`, 'PUT', { name: 'Mine now' }], [`/persons/${person.id}/`, 'DELETE'],
    [`/persons/${person.id}/invite/`, 'POST', {}], [`/persons/${person.id}/link-user/`, 'POST', { user_id: 1 }],
    [`/organizations/${organization.id}/`, 'GET'], [`/organizations/${organization.id}/`, 'DELETE'],
    [`/organizations/${organization.id}/`, 'PATCH', { name: 'Mine now' }],
  ]) {
    const other = await mine.admin.send(method, path, body);
    const missing = await mine.admin.send(method, path.replace(/[0-9a-f-]{36}/, unknownId()), body);
    notFound(other);
    assert.equal(other.text, missing.text);
    const names = (answer) => Object.keys(answer.headers).sort();
    assert.deepEqual(names(other), names(missing));
  }
  assert.deepEqual(shown(await theirs.admin.get(`/persons/${person.id}/`), 200), person);
  const merge = { primary_id: person.id, duplicate_ids: [unknownId()] };
  assert.notEqual((await mine.admin.post('/persons/merge/', merge)).status, 200);
});
