// While it runs: health, metrics, the reference, the log lines, and how it stops.
import { Validator } from '@seriousme/openapi-schema-validator';
import { withChromium } from '../lib/browser.mjs';
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { contract } from '../lib/contract.mjs';
import { answers, assert, eventually, shown } from '../lib/expect.mjs';
import { request } from '../lib/http.mjs';
import { connect, parseAnswers } from '../lib/raw.mjs';
import { sleep } from '../lib/server.mjs';
import {
  distinct, distinctEmail, newOrganization, newPerson, newPlatform, stranger, superuser, unknownId,
} from '../lib/world.mjs';

const up = sharedServer();

test('/healthz and /readyz need no key', async () => {
  const nobody = stranger(await up());
  for (const path of ['/healthz', '/readyz']) {
    answers(await nobody.get(path), 200);
    answers(await nobody.head(path), 200);
  }
});

test('/metrics has every promised name, and routes as templates', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const person = await newPerson(platform.admin, { primary_email: distinctEmail() });
  shown(await platform.admin.get(`/api/crm/persons/${person.id}/`), 200);
  shown(await platform.admin.post(`/persons/${person.id}/invite/`, {}), 201);
  answers(await platform.admin.post(`/persons/${person.id}/invite/`, {}), 409);
  await platform.admin.get(`/no/such/${unknownId()}/`);
  const read = async () => {
    const answer = answers(await stranger(server).get('/metrics'), 200);
    assert.match(answer.headers['content-type'], /^text\/plain/);
    return answer.text;
  };
  const text = await eventually(async () => ((await read()).includes('invite') ? read() : undefined), 'the counters');
  for (const name of ['http_requests_total', 'http_request_seconds', 'http_connections', 'commands_total', 'command_seconds', 'events_total',
    'log_position', 'log_sync_seconds', 'log_batch_events', 'projection_position', 'projection_lag_events', 'invitations_active',
    'outbox_pending', 'reactor_pending', 'reactor_parked', 'reactor_lag_events', 'build_info']) {
    assert.match(text, new RegExp(`^annals_${name}(_bucket|_count|_sum)?(\\{| )`, 'm'), name);
  }
  const labels = text.split('\n').filter((line) => !line.startsWith('#')).join('\n');
  assert.match(labels, /annals_http_requests_total\{[^}]*route="[^"]*\/persons\/\{id\}\/"/);
  assert.match(labels, /annals_commands_total\{[^}]*command="InvitePerson"[^}]*\}/);
  assert.match(labels, /annals_events_total\{[^}]*type="InvitationIssued"[^}]*\} [1-9]/);
  assert.ok(!labels.includes(person.id) && !labels.includes('/no/such/'), 'raw paths are no labels');
  assert.ok(Number(/^annals_log_position\S* (\d+)/m.exec(labels)[1]) > 0);
});

const document = async () => shown(await stranger(await up()).get('/openapi.json'), 200);

test('/openapi.json is a valid OpenAPI document', async () => {
  const { valid, errors } = await new Validator().validate(await document());
  assert.ok(valid, JSON.stringify(errors, null, 1)?.slice(0, 3000));
});

test('/openapi.json holds every operation of the seed contract, by its name', async () => {
  const ours = await document();
  for (const [path, methods] of Object.entries(contract.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const mine = ours.paths[path]?.[method];
      assert.equal(mine?.operationId, operation.operationId, `${method} ${path}`);
      for (const status of Object.keys(operation.responses)) assert.ok(mine.responses[status], `${operation.operationId} ${status}`);
      const parameters = (mine.parameters ?? []).map((each) => each.name ?? each.$ref);
      for (const { name } of operation.parameters ?? []) assert.ok(parameters.some((each) => each.includes(name)), `${operation.operationId} ${name}`);
    }
  }
  const ids = Object.values(ours.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId)).filter(Boolean);
  assert.equal(new Set(ids).size, ids.length, 'operation ids are distinct');
});

test('every GET that /openapi.json documents answers, and no other method is 404 or 405', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { admin } = platform;
  const person = await newPerson(admin);
  const organization = await newOrganization(admin);
  const role = shown(await admin.post('/api/core/rbac/roles/', { name: distinct('r'), actions: [] }), 201);
  const policy = shown(await admin.post('/api/core/rbac/policies/', { name: distinct('p'), role_id: role.id }), 201);
  const erased = await newPerson(admin);
  answers(await admin.post(`/persons/${erased.id}/erase/`), 204);
  const { position } = answers(await admin.post('/snapshots/', {}), 202).json;
  await eventually(async () => (await admin.get(`/snapshots/${position}/`)).json.state === 'ready', 'the snapshot is ready');
  const hook = shown(await admin.post('/webhooks/', { url: 'https://hooks.example.org/' }), 201);
  const deal = shown(await admin.post('/deals/', { title: distinct('Deal'), person: person.id }), 201);
  const activity = shown(await admin.post('/activities/', { title: distinct('Call'), type: 'call', deal: deal.id }), 201);
  const tag = shown(await admin.post('/tags/', { name: distinct('tag') }), 201);
  const favorite = shown(await admin.post('/favorites/', { deal: deal.id }), 201);
  const view = shown(await admin.post('/views/', { object_type: 'deal', name: distinct('View') }), 201);
  const ids = [[/deals\/$/, deal.id], [/activities\/$/, activity.id], [/tags\/$/, tag.id], [/favorites\/$/, favorite.id],
    [/views\/$/, view.id], [/(pipelines|stages|lead-sources)\/$/, 1], [/webhooks\/$/, hook.id], [/core\/users\/$/, platform.adminUser.id],
    [/persons\/$/, person.id], [/organizations\/$/, organization.id], [/roles\/$/, role.id], [/policies\/$/, policy.id],
    [/(snapshots|diff)\/$/, position], [/files\/$/, 'annals.db']];
  const value = (path, at) => ids.find(([before]) => before.test(path.slice(0, at)))?.[1] ?? 'x';
  const fill = (path) => path.replace(/\{[^}]+\}/g, (_, at) => (path.endsWith('/erasure/') ? erased.id : value(path, at)));
  const ours = await document();
  for (const [path, methods] of Object.entries(ours.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!['get', 'put', 'post', 'patch', 'delete'].includes(method)) continue;
      if (method === 'get') {
        const caller = /^(\/api\/crm)?\/admin\/|^\/api\/core\/users\//.test(path) ? superuser(server) : admin;
        const asked = path.includes('check') ? `?email=${distinctEmail()}` : path.endsWith('/search/') ? '?q=a' : '';
        const answer = await caller.get(fill(path) + asked);
        assert.ok(answer.status === (path === '/join/' ? 404 : 200) || (path.includes('check') && [404, 429].includes(answer.status)), String(answer));
        assert.ok(operation.responses[answer.status], `${path}: ${answer.status} is not documented`);
      } else {
        const answer = await stranger(server).send(method.toUpperCase(), fill(path));
        assert.ok(![404, 405].includes(answer.status) || /check|redeem|join/.test(path), String(answer));
      }
    }
  }
});

test('/docs/ is a page that needs nothing from elsewhere', async () => {
  const server = await up();
  const page = answers(await stranger(server).get('/docs/'), 200);
  assert.match(page.headers['content-type'], /^text\/html/);
  const linked = [...page.text.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, target]) => target);
  assert.ok(linked.length > 0);
  for (const target of linked) {
    if (target.startsWith('data:')) continue;
    const url = new URL(target, `${server.url}/docs/`);
    assert.equal(url.origin, server.url, `${target} is elsewhere`);
    answers(await request(url.href), 200);
  }
});

test('/docs/ shows the operations in a browser, offline', async () => {
  const server = await up();
  await withChromium(async (browser) => {
    const page = await browser.newPage();
    const elsewhere = [];
    const broken = [];
    await page.route('**/*', (route) => {
      const url = new URL(route.request().url());
      if (url.origin === server.url || url.protocol === 'data:') return route.continue();
      elsewhere.push(url.href);
      return route.abort();
    });
    page.on('pageerror', (error) => broken.push(String(error)));
    await page.goto(`${server.url}/docs/`);
    // the page makes what is in sight, so the reader scrolls
    const shows = async (text) => {
      await page.mouse.wheel(0, 1000);
      return (await page.innerText('body')).includes(text);
    };
    await eventually(() => shows('/api/crm/persons/'), 'the operations are on the page', 50_000);
    assert.deepEqual([elsewhere, broken], [[], []]);
  });
});

// --- log lines -------------------------------------------------------------------------------------------------------

for (const format of ['text', 'json']) {
  test(`one ${format} line per request: id, user, status, duration; never a key, a query or a body`, async () => {
    await withServer({ args: ['--log-format', format] }, async (server) => {
      const api = superuser(server);
      const id = distinct('request');
      const body = { name: distinct('NotInTheLog'), primary_email: distinctEmail('notinthelog') };
      const made = shown(await api.post('/persons/', body, { headers: { 'X-Request-Id': id } }), 201);
      answers(await api.get(`/persons/?search=${body.name}&page_size=7`), 200);
      answers(await superuser({ url: server.url, token: `${server.token}-wrong` }).get('/persons/'), 401);
      answers(await api.patch(`/persons/${made.id}/`, '{"name": "NotInTheLog broken', {}), 400);
      const log = await eventually(() => (server.log().includes(id) ? server.log() : undefined), 'the line');
      const line = log.split('\n').find((each) => each.includes(id));
      assert.match(line, /POST/);
      assert.match(line, /\b201\b/);
      assert.match(line, /persons/);
      if (format === 'json') {
        const read = JSON.parse(line);
        assert.ok(JSON.stringify(read).includes(id));
        for (const each of log.split('\n').filter((text) => text.startsWith('{'))) JSON.parse(each);
      }
      await server.stop();
      for (const secret of [server.token, body.name, body.primary_email, 'NotInTheLog', 'page_size=7']) {
        assert.ok(!server.log().toLowerCase().includes(secret.toLowerCase()), `${secret} is in the log`);
      }
    });
  });
}

test('--log-level warn: no lines per request', async () => {
  await withServer({ args: ['--log-level', 'warn'] }, async (server) => {
    const id = distinct('request');
    answers(await superuser(server).get('/persons/', { headers: { 'X-Request-Id': id } }), 200);
    await server.stop();
    assert.ok(!server.log().includes(id));
  });
});

// --- stopping --------------------------------------------------------------------------------------------------------

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal}: what is in flight is finished, idle connections are closed, exit 0`, async () => {
    await withServer({}, async (server) => {
      const api = superuser(server);
      const idle = await Promise.all([connect(server), connect(server)]);
      for (const wire of idle) wire.socket.on('error', () => {});
      const begun = await connect(server);
      begun.socket.on('error', () => {});
      const body = JSON.stringify({ name: 'Begun before the signal' });
      begun.socket.write(`POST /persons/ HTTP/1.1\r\nHost: x\r\nAuthorization: Api-Token ${server.token}\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`);
      const writes = Array.from({ length: 64 }, (_, at) => api.post('/persons/', { name: `Stopping ${at}` }, { agent: false }).catch(() => undefined));
      await sleep(15);
      const began = Date.now();
      const stopping = server.stop(signal);
      await sleep(100);
      begun.socket.write(body.slice(10));
      const answered = (await Promise.all(writes)).filter((answer) => answer !== undefined);
      const finished = await stopping;
      assert.deepEqual(finished, { code: 0, signal: null }, server.log());
      assert.ok(Date.now() - began < 10_000);
      for (const wire of idle) assert.equal(await wire.closed, 'closed');
      const last = parseAnswers(begun.text)[0];
      assert.equal(last?.status, 201, `the begun request: ${begun.text}`);
      await server.launch();
      const { results } = shown(await api.get('/persons/?page_size=100'), 200);
      const there = new Set(results.map(({ id }) => id));
      for (const answer of answered) {
        assert.ok([201, 503].includes(answer.status), String(answer));
        if (answer.status === 201) assert.ok(there.has(answer.json.id));
      }
    });
  });
}

test('stopping again and again under load never waits for its own patience', { timeoutMs: 120_000 }, async () => {
  await withServer({}, async (server) => {
    for (let round = 0; round < 12; round += 1) {
      const idle = await Promise.all([connect(server), connect(server)]);
      for (const wire of idle) wire.socket.on('error', () => {});
      const writes = Array.from({ length: 64 }, (_, at) =>
        superuser(server).post('/persons/', { name: `Round ${round}, ${at}` }, { agent: false }).catch(() => undefined));
      await sleep(10 + Math.random() * 250);
      const began = Date.now();
      assert.deepEqual(await server.stop(), { code: 0, signal: null }, server.log());
      const took = Date.now() - began;
      assert.ok(took < 5_000, `round ${round} took ${took} ms: ${server.log().slice(-300)}`);
      await Promise.all(writes);
      await server.launch();
    }
  });
});

test('nobody is let in while it stops', async () => {
  await withServer({}, async (server) => {
    await server.stop();
    await assert.rejects(stranger(server).get('/healthz', { agent: false }), (error) => error.code === 'ECONNREFUSED');
  });
});
