// What a write would do, without doing it; and the position that every write is answered with.
import { test, sharedServer } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, forbidden, notFound, refuses, shown } from '../lib/expect.mjs';
import {
  distinct, distinctEmail, join, memberWith, newOrganization, newPerson, newPlatform, newUser, superuser, unknownId,
} from '../lib/world.mjs';
import { replay } from '../lib/log.mjs';

const up = sharedServer();
let making;
const platform = () => (making ??= up().then(newPlatform));
const admin = async () => (await platform()).admin;
const positionOf = (answer) => Number(answer.headers['x-position']);

/** A text with ids that are new, times and positions made alike. */
const comparable = (value, known) =>
  JSON.parse(
    JSON.stringify(value)
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => (known.includes(id) ? id : 'a new id'))
      .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a time"'),
  );

test('a dry run shows the answer and the events of the write, which then does just that', async () => {
  const server = await up();
  const here = await newPlatform(server);
  const api = here.admin;
  const persons = await Promise.all(
    Array.from({ length: 5 }, () => newPerson(api, { primary_email: distinctEmail() })),
  );
  const organization = await newOrganization(api);
  const user = await newUser(server);
  shown(await join(server, user, here), 201);
  shown(await api.post('/persons/merge/', { primary_id: persons[0].id, duplicate_ids: [persons[1].id] }), 200);
  const known = [...persons, organization].map(({ id }) => id);
  const writes = [
    ['POST', '/persons/', { name: 'New', metadata: { a: 1 } }],
    ['PUT', `/persons/${persons[0].id}/`, { name: 'Other', organization: organization.id }],
    ['PATCH', `/persons/${persons[0].id}/`, { job_title: 'Smith' }],
    ['POST', `/persons/${persons[2].id}/invite/`, {}],
    ['POST', `/persons/${persons[3].id}/link-user/`, { user_id: user.id }],
    ['POST', '/persons/merge/', { primary_id: persons[0].id, duplicate_ids: [persons[4].id] }],
    ['POST', `/persons/${persons[1].id}/unmerge/`],
    ['POST', `/persons/${persons[2].id}/erase/`, { reason: 'By letter' }],
    ['POST', '/persons/batch/', { items: [{ operation: 'create', name: 'Many' }, { operation: 'create' }] }],
    ['DELETE', `/persons/${persons[3].id}/`],
    ['POST', '/organizations/', { name: distinct('Engines') }],
    ['PATCH', `/organizations/${organization.id}/`, { name: distinct('Motors') }],
    ['DELETE', `/organizations/${organization.id}/`],
    ['POST', '/api/core/rbac/roles/', { name: distinct('role'), actions: ['Ibl.CRM/Persons/read'] }],
    ['POST', '/api/catalog/invitations/platform/', { email: distinctEmail() }],
    ['POST', '/deals/', { title: distinct('Deal'), person: persons[0].id }],
    ['POST', '/deals/1/won/', {}],
  ];
  let position = positionOf(answers(await api.patch(`/persons/${persons[0].id}/`, {}), 200));
  for (const [method, path, body] of writes) {
    const dry = answers(await api.send(method, `${path}?dry_run=true`, body), 200);
    assert.equal(positionOf(dry), position, `${method} ${path} left the log where it was`);
    const { dry_run: isDry, status_code: status, events, ...would } = dry.json;
    assert.equal(isDry, true);
    const done = answers(await api.send(method, path, body), status);
    assert.equal(positionOf(done), position + events.length);
    const written = (await replay(server.data, '--platform', here.key, '--from', String(position + 1)))
      .map(({ stream, version, type, data }) => ({ stream, version, type, data }));
    assert.deepEqual(comparable(events, known), comparable(written, known), `${method} ${path}`);
    assert.deepEqual(comparable(would, known), comparable(done.text === '' ? {} : done.json, known), `${method} ${path}`);
    position = positionOf(done);
  }
});

test('a dry run is refused as the write would be, and keeps no Idempotency-Key', async () => {
  const server = await up();
  const here = await platform();
  const api = here.admin;
  const person = await newPerson(api);
  fieldErrors(await api.post('/persons/?dry_run=true', {}), { name: ['This field is required.'] });
  notFound(await api.delete(`/persons/${unknownId()}/?dry_run=true`));
  refuses(await api.patch(`/persons/${person.id}/?dry_run=true`, {}, { headers: { 'If-Match': '"9"' } }), 412);
  const { api: viewer } = await memberWith(server, here, 'CRM Viewer');
  forbidden(await viewer.post('/persons/?dry_run=true', { name: 'No' }));
  const withKey = { headers: { 'Idempotency-Key': distinct('dry') } };
  shown(await api.post('/organizations/?dry_run=true', { name: distinct('Dry') }, withKey), 200);
  const real = answers(await api.post('/organizations/', { name: distinct('Real') }, withKey), 201);
  assert.equal(real.headers['idempotent-replayed'], undefined);
});

test('a dry_run that is neither true nor false writes nothing', async () => {
  const api = await admin();
  const name = distinct('Never');
  for (const value of ['', 'yes', '2', 'TRUE!']) {
    fieldErrors(await api.post(`/organizations/?dry_run=${value}`, { name }), { dry_run: ['Must be a valid boolean.'] });
  }
  shown(await api.post('/organizations/?dry_run=false', { name }), 201);
});

test('a dry run of a new key or platform shows no secret and leaves nothing behind', async () => {
  const server = await up();
  const root = superuser(server);
  const key = distinct('platform');
  const dry = shown(await root.post('/api/core/platform/?dry_run=true', { key, name: 'Never' }), 200);
  assert.equal(dry.key, key);
  assert.deepEqual(dry.events.slice(0, 2).map(({ type }) => type), ['PlatformRegistered', 'PlatformOpened']);
  const token = shown(await root.post('/api/core/platform/api-tokens/?dry_run=true', { name: distinct('key') }), 200);
  assert.equal(token.key, null);
  const made = shown(await root.post('/api/core/platform/', { key, name: 'Now' }), 201);
  assert.equal(made.id, dry.id);
  await server.restart();
  assert.equal(shown(await root.get('/persons/?page_size=1'), 200).count >= 0, true);
});

test('a read may ask for a position: it waits until that is served', async () => {
  const server = await up();
  const here = await newPlatform(server);
  const api = here.admin;
  const made = answers(await api.post('/persons/', { name: 'First' }), 201);
  const position = positionOf(made);
  for (const path of ['/persons/', `/persons/${made.json.id}/`, '/organizations/']) {
    shown(await api.get(`${path}?min_position=${position}`), 200);
  }
  const waiting = api.get(`/persons/?min_position=${position + 2}`);
  shown(await api.post('/persons/', { name: 'Second' }), 201);
  shown(await api.post('/persons/', { name: 'Third' }), 201);
  assert.equal(shown(await waiting, 200).count, 3);
  for (const wrong of ['x', '-1', '1.5']) {
    fieldErrors(await api.get(`/persons/?min_position=${wrong}`), { min_position: ['A valid integer is required.'] });
  }
});

test('a position that does not come: 503 with when to come back, and others are served meanwhile', async () => {
  const api = await admin();
  const { json: person } = answers(await api.post('/persons/', { name: 'Here' }), 201);
  const waiting = Array.from({ length: 50 }, () => api.get('/persons/?min_position=999999'));
  shown(await api.get(`/persons/${person.id}/`), 200);
  for (const answer of await Promise.all(waiting)) {
    refuses(answer, 503, 'Position 999999 is not served yet. Try again.');
    assert.equal(answer.headers['retry-after'], '1');
  }
});
