// replay, verify, rebuild and check: beside the running server and alone.
import { test, sharedServer, withServer } from '../lib/suite.mjs';
import { answers, assert, shown } from '../lib/expect.mjs';
import { isGapless, replay } from '../lib/log.mjs';
import { annals } from '../lib/server.mjs';
import {
  distinct, distinctEmail, join, memberWith, newOrganization, newPerson, newPlatform, newUser, stranger, superuser,
} from '../lib/world.mjs';

const up = sharedServer();

/** A bit of everything, on `api`'s platform. */
async function live(api, email = distinctEmail('invited')) {
  const organization = await newOrganization(api);
  const persons = [];
  for (let at = 0; at < 8; at += 1) {
    persons.push(await newPerson(api, {
      primary_email: at === 0 ? email : distinctEmail('p'), organization: at % 2 ? organization.id : null, unique_id: distinct('x'),
      lifecycle_stage: at % 2 ? 'lead' : 'customer', metadata: { at, 'kéy': [1.5, null] },
    }));
  }
  shown(await api.post(`/persons/${persons[0].id}/invite/`, {}), 201);
  shown(await api.patch(`/persons/${persons[1].id}/`, { job_title: distinct('title') }), 200);
  shown(await api.post('/persons/merge/', { primary_id: persons[2].id, duplicate_ids: [persons[3].id, persons[4].id] }), 200);
  answers(await api.delete(`/persons/${persons[5].id}/`), 204);
  answers(await api.delete(`/organizations/${organization.id}/`), 204);
  await newOrganization(api, { name: organization.name });
  return { persons, organization };
}

test('replay prints one JSON object a line: the envelope in order, gapless, platform after platform', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { persons } = await live(platform.admin);
  const ran = await annals(['replay', '--data', server.data]);
  assert.equal(ran.code, 0, ran.stderr);
  const events = ran.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  const envelope = ['position', 'platform', 'platform_key', 'stream', 'version', 'type', 'schema', 'id', 'recorded_at', 'actor',
    'correlation_id', 'causation_id', 'data', 'hash'];
  for (const event of events) {
    assert.deepEqual(Object.keys(event), envelope);
    assert.deepEqual(Object.keys(event.actor), ['user', 'username', 'key']);
    assert.match(event.hash, /^[0-9a-f]{64}$/);
    assert.match(event.recorded_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  }
  isGapless(events);
  const order = events.map(({ platform: id }) => id);
  assert.deepEqual(order, [...order].sort((a, b) => a - b), 'platform after platform');
  const mine = events.filter(({ platform_key }) => platform_key === platform.key);
  const times = mine.map(({ recorded_at }) => recorded_at);
  assert.deepEqual(times, [...new Set(times)].sort(), 'each event has a time of its own, in order');

  const created = mine.find(({ type, stream }) => type === 'PersonCreated' && stream === `person-${persons[0].id}`);
  assert.equal(created.recorded_at, persons[0].created_at);
  assert.equal(created.actor.username, platform.adminUser.username);
  assert.ok(JSON.stringify(created.data).includes(persons[0].name));
  const types = new Set(mine.map(({ type }) => type));
  for (const type of ['PlatformOpened', 'RoleCreated', 'MemberAdded', 'ApiKeyIssued', 'OrganizationCreated', 'OrganizationDeleted',
    'PersonCreated', 'PersonUpdated', 'PersonDeleted', 'PersonMerged', 'PersonAbsorbed', 'InvitationIssued']) {
    assert.ok(types.has(type), type);
  }
  assert.equal(mine.filter(({ type }) => type === 'OrganizationDeleted').length, 1);
  const [merged, , absorbed] = mine.filter(({ type }) => ['PersonMerged', 'PersonAbsorbed'].includes(type));
  assert.equal(merged.hash, absorbed.hash, 'a merge is one commit');
  assert.equal(absorbed.stream, `person-${persons[2].id}`);
});

test('replay shows no key and no secret', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const ran = await annals(['replay', '--data', server.data]);
  for (const key of [server.token, platform.admin.token]) assert.ok(!ran.stdout.includes(key));
});

test('replay filters by position, platform, stream and type', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { persons } = await live(platform.admin);
  const all = (await replay(server.data)).filter(({ platform_key }) => platform_key === platform.key);
  const here = ['--platform', platform.key];
  assert.deepEqual(await replay(server.data, ...here), all);
  assert.deepEqual(await replay(server.data, ...here, '--from', '5', '--to', '9'), all.slice(4, 9));
  assert.deepEqual(await replay(server.data, ...here, '--from', String(all.length + 1)), []);
  const stream = `person-${persons[2].id}`;
  assert.deepEqual(await replay(server.data, '--stream', stream), all.filter((event) => event.stream === stream));
  const created = await replay(server.data, ...here, '--type', 'PersonCreated');
  assert.deepEqual(created, all.filter(({ type }) => type === 'PersonCreated'));
  assert.equal(created.length, 8);
  assert.deepEqual(await replay(server.data, ...here, '--type', 'PersonCreated', '--stream', stream),
    created.filter((event) => event.stream === stream));
});

test('a write that changes nothing is no event', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const person = await newPerson(platform.admin, { primary_email: distinctEmail() });
  const organization = await newOrganization(platform.admin);
  const user = await newUser(server);
  shown(await join(server, user, platform), 201);
  shown(await platform.admin.post(`/persons/${person.id}/link-user/`, { user_id: user.id }), 200);
  const before = await replay(server.data);
  const { admin } = platform;
  for (const answer of [
    await admin.patch(`/persons/${person.id}/`, {}), await admin.patch(`/persons/${person.id}/`, { name: person.name }),
    await admin.patch(`/organizations/${organization.id}/`, { name: organization.name }),
    await admin.put(`/organizations/${organization.id}/`, { name: organization.name }),
    await admin.post(`/persons/${person.id}/link-user/`, { user_id: user.id }),
    await admin.post(`/persons/${person.id}/link-user/`, { user_id: platform.adminUser.id }),
    await join(server, user, platform),
    await admin.post(`/persons/${person.id}/invite/`, {}), await admin.post('/persons/', {}),
    await admin.delete(`/persons/${organization.id}/`),
  ]) assert.notEqual(answer.status, 201);
  assert.deepEqual(await replay(server.data), before);
});

test('an automatic link stands in the same commit as the membership', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const email = distinctEmail('same');
  await newPerson(platform.admin, { primary_email: email });
  await newPerson(platform.admin, { primary_email: email });
  shown(await join(server, await newUser(server, { email }), platform), 201);
  const events = await replay(server.data, '--platform', platform.key);
  const [added, ...linked] = events.slice(-3);
  assert.deepEqual([added.type, ...linked.map(({ type }) => type)], ['MemberAdded', 'PersonLinked', 'PersonLinked']);
  assert.equal(new Set([added, ...linked].map(({ hash }) => hash)).size, 1);
});

test('verify says a line per platform, beside the running server', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  await live(platform.admin);
  const events = await replay(server.data);
  const ran = await annals(['verify', '--data', server.data]);
  assert.equal(ran.code, 0, ran.stderr);
  const lines = ran.stdout.trimEnd().split('\n');
  const expected = new Map();
  for (const event of events) expected.set(event.platform_key, { count: event.position, hash: event.hash });
  assert.deepEqual(lines.sort(),
    [...expected].map(([key, { count, hash }]) => `${key}: verified ${count} events, head ${hash}`).sort());
  assert.ok(expected.has('system'));
  const one = await annals(['verify', '--data', server.data, '--platform', platform.key, '--from', '3']);
  assert.equal(one.code, 0, one.stderr);
  const { count, hash } = expected.get(platform.key);
  assert.equal(one.stdout.trim().replace(/verified \d+/, 'verified N'), `${platform.key}: verified N events, head ${hash}`);
  assert.ok(Number(/verified (\d+)/.exec(one.stdout)[1]) <= count);
  assert.equal((await annals(['verify', '--data', server.data, '--platform', 'no-such'])).code === 0, false);
});

test('replay, verify and check agree while the server writes', async () => {
  const server = await up();
  const { admin } = await newPlatform(server);
  let writing = true;
  const load = (async () => {
    while (writing) await Promise.all(Array.from({ length: 8 }, () => newPerson(admin, { metadata: { pad: 'x'.repeat(300) } })));
  })();
  try {
    for (let round = 0; round < 3; round += 1) {
      isGapless(await replay(server.data));
      const verified = await annals(['verify', '--data', server.data]);
      assert.equal(verified.code, 0, verified.stdout + verified.stderr);
      const checked = await annals(['check', '--data', server.data]);
      assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    }
  } finally {
    writing = false;
    await load;
  }
});

/** Every GET that there is, as text: what must not change. */
async function everyAnswer(server, platforms) {
  const answersByPath = {};
  for (const { name, api } of platforms) {
    const paths = ['/persons/?page_size=100', '/persons/?page_size=3&page=2', '/persons/?ordering=name', '/persons/?search=p',
      '/persons/?lifecycle_stage=lead&active=true', '/persons/?metadata__has_key=at', '/organizations/', '/organizations/?ordering=-updated_at',
      '/api/core/platform/', '/api/core/platform/users/', '/api/core/rbac/roles/?page_size=100', '/api/core/rbac/policies/',
      '/api/core/platform/api-tokens/', '/api/catalog/invitations/platform/'];
    for (const list of ['/persons/?page_size=100', '/organizations/?page_size=100']) {
      const kind = list.split('/')[1];
      for (const { id } of shown(await api.get(list), 200).results) paths.push(`/${kind}/${id}/`);
    }
    for (const path of paths) {
      const answer = answers(await api.get(path), 200);
      const text = answer.text.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, '').replaceAll(/,?"last_used":(null|"[^"]*")/g, '');
      answersByPath[`${name} ${path}`] = `${answer.etag ?? ''} ${text}`;
    }
  }
  const key = platforms[0].idempotency;
  const kept = await platforms[0].api.post('/organizations/', { name: key }, { headers: { 'Idempotency-Key': key } });
  answersByPath['kept answer'] = `${kept.headers['idempotent-replayed']} ${kept.text}`;
  assert.equal(kept.headers['idempotent-replayed'], 'true');
  answersByPath['next id'] = (await platforms[0].api.get('/persons/?page_size=1')).json.count;
  return answersByPath;
}

test('rebuild, whole and one projection after the other, gives the same answers byte for byte', { timeoutMs: 120_000 }, async () => {
  await withServer({ args: ['--log-level', 'warn'] }, async (server) => {
    const second = await newPlatform(server);
    const email = distinctEmail('linked');
    const platforms = [{ name: 'main', api: superuser(server), idempotency: distinct('kept') }, { name: 'second', api: second.admin }];
    for (const { api } of platforms) await live(api, email);
    await memberWith(server, second, 'CRM Viewer');
    const user = await newUser(server, { email });
    shown(await join(server, user, second), 201);
    const { idempotency } = platforms[0];
    shown(await platforms[0].api.post('/organizations/', { name: idempotency }, { headers: { 'Idempotency-Key': idempotency } }), 201);
    const before = await everyAnswer(server, platforms);
    const metrics = (await stranger(server).get('/metrics')).text;
    const projections = [...new Set([...metrics.matchAll(/annals_projection_position\{[^}]*projection="([^"]+)"/g)].map(([, name]) => name))];
    assert.ok(projections.length >= 5, `projections: ${projections}`);

    await server.stop();
    for (const flags of [[], ...projections.map((name) => ['--projection', name])]) {
      const rebuilt = await annals(['rebuild', '--data', server.data, ...flags]);
      assert.equal(rebuilt.code, 0, `${flags}: ${rebuilt.stderr}${rebuilt.stdout}`);
      const checked = await annals(['check', '--data', server.data]);
      assert.equal(checked.code, 0, `${flags}: ${checked.stdout}${checked.stderr}`);
    }
    await server.launch();
    assert.deepEqual(await everyAnswer(server, platforms), before);
    await newPerson(platforms[0].api);
    const wrong = await annals(['rebuild', '--data', server.data, '--projection', 'no_such']);
    assert.ok([2, 3].includes(wrong.code), wrong.stderr);
    await server.stop();
    const unknown = await annals(['rebuild', '--data', server.data, '--projection', 'no_such']);
    assert.equal(unknown.code, 2, unknown.stderr);
  });
});

test('a rebuild that was killed is finished before anything is answered', async () => {
  const { spawn } = await import('node:child_process');
  const { binary, cleanEnvironment, sleep } = await import('../lib/server.mjs');
  await withServer({ args: ['--log-level', 'warn'] }, async (server) => {
    const api = superuser(server);
    await Promise.all(Array.from({ length: 400 }, () => newPerson(api, { metadata: { pad: 'x'.repeat(500) } })));
    const before = (await api.get('/persons/?page_size=100')).json;
    await server.stop();
    for (const wait of [5, 15, 30, 60]) {
      const child = spawn(binary, ['rebuild', '--data', server.data], { env: cleanEnvironment(), stdio: 'ignore' });
      const ended = new Promise((over) => child.on('exit', over));
      await sleep(wait);
      child.kill('SIGKILL');
      await ended;
    }
    await server.launch();
    const after = (await api.get('/persons/?page_size=100')).json;
    assert.deepEqual([after.count, after.results], [before.count, before.results]);
    await server.stop();
    assert.equal((await annals(['check', '--data', server.data])).code, 0);
  });
});
