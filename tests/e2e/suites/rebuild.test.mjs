// Views rebuilt while they are served: the admin call, serve --rebuild, kills in between; and the words of quarantine.
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { answers, assert, forbidden, shown } from '../lib/expect.mjs';
import { fails } from '../lib/command.mjs';
import { isSound } from '../lib/log.mjs';
import { Client } from '../lib/mixed_load.mjs';
import { sleep } from '../lib/server.mjs';
import { memberWith, newPerson, newPlatform, stranger, superuser } from '../lib/world.mjs';

const path = '/api/crm/admin/rebuild/';
const up = sharedServer({ args: ['--log-level', 'warn'] });

/** How the running one ended. */
async function ended(api, timeoutMs = 60_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const state = shown(await api.get(path), 200);
    if (state.state !== 'running') return state;
    assert.ok(Date.now() < deadline, JSON.stringify(state));
    await sleep(10);
  }
}

const metric = (text, name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)[1]);

test('superusers rebuild the views of a running server, and everything is as before', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const person = await newPerson(platform.admin, { job_title: 'Archivist' });
  const before = shown(await platform.admin.get('/persons/'), 200);
  const started = shown(await superuser(server).post(path), 202);
  assert.equal(started.state, 'running');
  assert.ok(started.events_total > 0);
  assert.equal(started.failure, null);
  const state = await ended(superuser(server));
  assert.equal(state.state, 'done', JSON.stringify(state));
  assert.equal(state.events_done, state.events_total);
  assert.ok(state.finished_at >= state.started_at);
  const own = state.positions.find((each) => each.platform_key === platform.key);
  assert.equal(own.position, own.head);
  assert.deepEqual(shown(await platform.admin.get('/persons/'), 200), before);
  assert.deepEqual(shown(await platform.admin.get(`/persons/${person.id}/`), 200), person);
  const text = (await stranger(server).get('/metrics')).text;
  assert.equal(metric(text, 'annals_rebuild_running'), 0);
  assert.equal(metric(text, 'annals_rebuild_events_done'), state.events_done);
  assert.equal(metric(text, 'annals_rebuild_events'), state.events_total);
  assert.equal(metric(text, 'annals_undecodable_events_total'), 0);
  assert.equal(metric(text, 'annals_quarantined_events'), 0);
});

test('nobody else rebuilds, or asks about it', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  answers(await stranger(server).get(path), 401);
  answers(await stranger(server).post(path), 401);
  const { api } = await memberWith(server, platform, 'CRM Manager');
  for (const caller of [platform.admin, api]) {
    forbidden(await caller.get(path));
    forbidden(await caller.post(path));
  }
});

const rounds = 8;
const args = ['--log-level', 'warn', '--rebuild'];

test(`killed ${rounds} times while it rebuilds under load, it has the old views or the new`, { timeoutMs: 120_000 }, async () => {
  await withServer({ args }, async (server) => {
    const admin = superuser(server);
    const clients = Array.from({ length: 4 }, () => new Client(admin));
    for (let round = 1; round <= rounds; round += 1) {
      const until = { stopped: false };
      const load = Promise.all(clients.map((client) => client.run(until)));
      const end = Date.now() + 50 + Math.random() * 400;
      while (Date.now() < end) {
        await admin.post(path);
        await sleep(2);
      }
      await server.kill();
      until.stopped = true;
      await load;
      await server.launch();
      await Promise.all(clients.map((client) => client.settle({ all: round === rounds })));
    }
    assert.equal((await ended(admin)).state, 'done');
    await Promise.all(clients.map((client) => client.settle({ all: true })));
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    await isSound(server.data);
  });
});

test('what can be decoded, or is not there, is not put into quarantine', async () => {
  await withServer({ args: ['--log-level', 'warn'] }, async (server) => {
    await server.stop();
    const serve = ['serve', '--data', server.data, '--listen', '127.0.0.1:0', '--quarantine'];
    await fails(2, /--quarantine main:1: what is there can be decoded/, ...serve, 'main:1');
    await fails(2, /--quarantine main:123456: the log ends at position \d+/, ...serve, 'main:123456');
    await fails(2, /--quarantine nowhere:1: there is no such platform; there are /, ...serve, 'nowhere:1');
    await fails(2, /--quarantine must be KEY:POSITION/, ...serve, 'main');
    await fails(2, /--quarantine main:1: what is there/, 'rebuild', '--data', server.data, '--quarantine', 'main:1');
    await server.launch();
    shown(await superuser(server).get('/persons/'), 200);
  });
});
