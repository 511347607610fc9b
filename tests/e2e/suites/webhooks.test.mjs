// Webhooks: events sent to a receiver of ours, signed, in order, again until they are taken.
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { sharedServer, skip, test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, fieldErrors, notFound, refuses, shown } from '../lib/expect.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { annals, root, sleep, temporaryDirectory } from '../lib/server.mjs';
import { newPerson, newPlatform, superuser } from '../lib/world.mjs';

const quiet = ['--log-level', 'warn'];
const up = sharedServer({ args: [...quiet, '--webhook-allow-private'] });

const newHook = async (api, url, fields = {}) => shown(await api.post('/webhooks/', { url, ...fields }), 201);
const deliveries = async (api, hook) => shown(await api.get(`/webhooks/${hook.id}/deliveries/?page_size=100`), 200).results;
const deliveryWhere = (api, hook, condition, what, timeoutMs) =>
  eventually(async () => (await deliveries(api, hook)).find(condition), what, timeoutMs);
const eventOf = async (api, position) =>
  shown(await api.get(`/events/?after=${position - 1}&limit=1`), 200).results[0];

async function withReceiver(answer, body, options) {
  const receiver = await Receiver.start(answer, options);
  try {
    return await body(receiver);
  } finally {
    await receiver.close();
  }
}

test('an event reaches a webhook as the feed prints it, signed', async () => {
  const server = await up();
  const { admin, key } = await newPlatform(server);
  await withReceiver(() => 204, async (receiver) => {
    const hook = await newHook(admin, receiver.url, { event_types: ['PersonCreated'], description: 'Billing' });
    const person = await newPerson(admin);
    shown(await admin.patch(`/persons/${person.id}/`, { job_title: 'Not wanted' }), 200);
    const second = await newPerson(admin);
    await receiver.received(2);
    const at = receiver.events.findIndex(({ stream }) => stream === `person-${person.id}`); // streams wait for nothing of each other
    const first = receiver.events[at];
    const text = answers(await admin.get(`/events/?after=${first.position - 1}&limit=1`), 200).text;
    const { method, path, headers, body } = receiver.requests[at];
    assert.equal(body.toString('utf8'), text.slice('{"results":['.length, text.lastIndexOf('],"next_after"')));
    assert.deepEqual([method, path, first.type, first.stream], ['POST', '/hook', 'PersonCreated', `person-${person.id}`]);
    assert.equal(headers['content-type'], 'application/json');
    assert.match(headers['user-agent'], /^Annals\/\d/);
    assert.equal(headers['x-annals-event'], 'PersonCreated');
    assert.equal(headers['x-annals-event-id'], first.id);
    assert.equal(headers['x-annals-position'], String(first.position));
    assert.equal(headers['x-annals-delivery'], `${hook.id}-${first.position}`);
    assert.equal(headers['x-annals-platform'], key);
    assert.ok(Math.abs(Date.now() / 1000 - Number(headers['x-annals-timestamp'])) < 60);
    const expected = createHmac('sha256', hook.secret).update(`${headers['x-annals-timestamp']}.${body}`).digest('hex');
    assert.equal(headers['x-annals-signature'], `v1=${expected}`);
    const listed = await eventually(async () => {
      const all = await deliveries(admin, hook);
      return all.length === 2 && all.every(({ status }) => status === 'delivered') && all;
    }, 'both are listed as delivered');
    assert.equal(listed[0].stream, `person-${second.id}`, 'the newest first');
    assert.deepEqual(
      { ...listed[1], last_try: 'some time' },
      { id: first.position, position: first.position, event_id: first.id, type: 'PersonCreated', stream: first.stream,
        status: 'delivered', attempts: 1, response_status: 204, last_error: null, recorded_at: first.recorded_at,
        last_try: 'some time', next_try: null },
    );
  });
});

test('docs/webhooks.md verifies a signature in JavaScript and with openssl', async () => {
  const server = await up();
  const { admin } = await newPlatform(server);
  const markdown = readFileSync(join(root, 'docs/webhooks.md'), 'utf8');
  const directory = temporaryDirectory('webhooks');
  const module = join(directory, 'verify.mjs');
  writeFileSync(module, /```js\n([\s\S]*?)```/.exec(markdown)[1]);
  const { isFromAnnals } = await import(module);
  await withReceiver(() => 200, async (receiver) => {
    const hook = await newHook(admin, receiver.url);
    await newPerson(admin, { name: 'Zoë "Ü" 木' });
    await receiver.received(1);
    const { headers, body } = receiver.requests[0];
    assert.equal(isFromAnnals(hook.secret, headers, body), true);
    assert.equal(isFromAnnals(`${hook.secret}x`, headers, body), false);
    assert.equal(isFromAnnals(hook.secret, headers, Buffer.concat([body, Buffer.from(' ')])), false);
    assert.equal(isFromAnnals(hook.secret, { ...headers, 'x-annals-signature': undefined }, body), false);
    assert.equal(isFromAnnals(hook.secret, headers, body, Date.now() / 1000 + 3600), false, 'an old one');
    writeFileSync(join(directory, 'body'), body);
    const env = { ...process.env, SECRET: hook.secret, TIMESTAMP: headers['x-annals-timestamp'] };
    const commands = [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block).find((block) => block.includes('openssl'));
    const ran = spawnSync('bash', ['-ec', commands], { env, cwd: directory, encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stderr);
    assert.ok(ran.stdout.includes(headers['x-annals-signature'].slice('v1='.length)), ran.stdout);
  });
});

test('a webhook sees events from its creation on, and its secret is shown nowhere else', async () => {
  const server = await up();
  const { admin, key } = await newPlatform(server);
  await newPerson(admin);
  await withReceiver(() => 200, async (receiver) => {
    const hook = await newHook(admin, receiver.url);
    const person = await newPerson(admin);
    await receiver.received(1);
    assert.equal(receiver.events[0].stream, `person-${person.id}`);
    const { secret } = shown(await admin.patch(`/webhooks/${hook.id}/`, { rotate_secret: true }), 200);
    await receiver.received(2);
    const [, { headers, body }] = receiver.requests;
    assert.equal(receiver.events[1].type, 'WebhookUpdated');
    assert.equal(receiver.events[1].data.secret, '(hidden)');
    const signature = createHmac('sha256', secret).update(`${headers['x-annals-timestamp']}.${body}`).digest('hex');
    assert.equal(headers['x-annals-signature'], `v1=${signature}`, 'signed with the new secret');
    const everything = [
      (await admin.get('/webhooks/')).text, (await admin.get(`/webhooks/${hook.id}/`)).text,
      (await admin.get('/events/?limit=1000')).text, (await admin.get(`/webhooks/${hook.id}/deliveries/`)).text,
      (await annals(['replay', '--data', server.data, '--platform', key])).stdout, server.log(),
    ].join('\n');
    for (const each of [hook.secret, secret]) assert.ok(!everything.includes(each));
  });
});

test('a refused event holds back later ones of its stream, not those of others', { timeoutMs: 90_000 }, async () => {
  const server = await up();
  const { admin } = await newPlatform(server);
  let person;
  let refusals = 0;
  const answer = ({ body }) => {
    const held = JSON.parse(body).stream === `person-${person.id}` && refusals < 2;
    if (held) refusals += 1;
    return held ? 500 : 200;
  };
  await withReceiver(answer, async (receiver) => {
    person = { id: 'not there yet' };
    const hook = await newHook(admin, receiver.url, { active: false });
    person = await newPerson(admin);
    shown(await admin.patch(`/webhooks/${hook.id}/`, { active: true }), 200);
    for (const job_title of ['One', 'Two', 'Three']) {
      shown(await admin.patch(`/persons/${person.id}/`, { job_title }), 200);
    }
    const other = await newPerson(admin);
    await eventually(() => receiver.events.some(({ stream }) => stream === `person-${other.id}`), 'the other stream goes on');
    const failed = await deliveryWhere(admin, hook, ({ status }) => status === 'failed', 'a failed one is listed', 5_000)
      .catch(() => undefined); // it may have been taken already
    if (failed) assert.deepEqual([failed.response_status, failed.last_error], [500, 'HTTP status 500']);
    await eventually(async () => (await deliveries(admin, hook)).every(({ status }) => status === 'delivered'), 'all arrive', 60_000);
    const titles = receiver.events.filter(({ stream }) => stream === `person-${person.id}`).map(({ data }) => data.job_title);
    assert.deepEqual(titles, ['One', 'One', 'One', 'Two', 'Three']);
    const first = (await deliveries(admin, hook)).findLast(({ stream }) => stream === `person-${person.id}`);
    assert.deepEqual([first.attempts, first.response_status, first.last_error], [3, 200, null]);
  });
});

test('a receiver that stalls is given up after a while, and keeps no other waiting', { timeoutMs: 90_000 }, async () => {
  const server = await up();
  const { admin } = await newPlatform(server);
  await withReceiver(() => 'stall', async (stalling) => {
    await withReceiver(() => 200, async (receiver) => {
      const stalled = await newHook(admin, stalling.url, { event_types: ['PersonCreated'] });
      await newHook(admin, receiver.url, { event_types: ['PersonCreated'] });
      for (let at = 0; at < 3; at += 1) await newPerson(admin);
      await receiver.received(3);
      const failed = await deliveryWhere(admin, stalled, ({ status }) => status === 'failed', 'it is given up', 50_000);
      assert.deepEqual([failed.response_status, failed.attempts], [null, 1]);
      assert.match(failed.last_error, /timeout/i);
      assert.ok(failed.next_try > failed.last_try);
    });
  });
});

test('a receiver that hangs up, or is away for a while, gets everything in the end', { timeoutMs: 90_000 }, async () => {
  const server = await up();
  const { admin } = await newPlatform(server);
  let port;
  let hook;
  await withReceiver(() => 'hang up', async (receiver) => {
    port = receiver.port;
    hook = await newHook(admin, receiver.url, { event_types: ['PersonCreated'] });
    await newPerson(admin);
    const failed = await deliveryWhere(admin, hook, ({ attempts }) => attempts > 0, 'a try is listed');
    assert.equal(failed.response_status, null);
    assert.ok(failed.last_error.length > 5);
  });
  const person = await newPerson(admin);
  await deliveryWhere(admin, hook, ({ stream, attempts }) => stream === `person-${person.id}` && attempts > 0, 'nobody was there');
  await withReceiver(() => 200, async (receiver) => {
    await eventually(async () => (await deliveries(admin, hook)).every(({ status }) => status === 'delivered'), 'all arrive', 60_000);
    assert.equal(new Set(receiver.positions).size, 2);
  }, { port });
});

test('a redirect is not followed, 410 parks at once, and what is parked is sent again when asked for', async () => {
  const server = await up();
  const { admin } = await newPlatform(server);
  const places = { '/hook': { status: 302, headers: { Location: '/elsewhere' } }, '/gone': 410 };
  await withReceiver(({ path }) => places[path] ?? 200, async (receiver) => {
    const redirected = await newHook(admin, receiver.url, { event_types: ['PersonCreated'] });
    const gone = await newHook(admin, receiver.url.replace('/hook', '/gone'), { event_types: ['PersonCreated'] });
    await newPerson(admin);
    const failed = await deliveryWhere(admin, redirected, ({ attempts }) => attempts > 0, 'the redirect is listed');
    assert.deepEqual([failed.response_status, failed.last_error], [302, 'HTTP status 302']);
    const parked = await deliveryWhere(admin, gone, ({ status }) => status === 'parked', 'it is parked');
    assert.deepEqual([parked.response_status, parked.attempts, parked.next_try], [410, 1, null]);
    assert.ok(!receiver.requests.some(({ path }) => path === '/elsewhere'));

    delete places['/gone'];
    const path = `/webhooks/${gone.id}/deliveries/${parked.id}/redeliver/`;
    refuses(await admin.post(`${path}?dry_run=true`, {}), 400, 'A delivery cannot be a dry run.');
    const asked = shown(await admin.post(path), 202);
    assert.deepEqual([asked.id, asked.status], [parked.id, 'pending']);
    const done = await deliveryWhere(admin, gone, ({ status }) => status === 'delivered', 'it is delivered');
    assert.deepEqual([done.id, done.attempts], [parked.id, 2]);
    shown(await admin.post(path), 202);
    await deliveryWhere(admin, gone, ({ status, attempts }) => status === 'delivered' && attempts === 3, 'once more');
    notFound(await admin.post(`/webhooks/${gone.id}/deliveries/${parked.id + 1000}/redeliver/`));
    notFound(await admin.post(`/webhooks/${gone.id + 1000}/deliveries/${parked.id}/redeliver/`));
    notFound(await admin.get(`/webhooks/${gone.id + 1000}/deliveries/`));
  });
});

test('a ping is sent now, signed, and says what came back', async () => {
  const server = await up();
  const { admin, key } = await newPlatform(server);
  const answer = { status: 201, headers: { 'Content-Type': 'text/plain' }, body: `pong ${'x'.repeat(5000)}` };
  let say = () => answer;
  await withReceiver((...request) => say(...request), async (receiver) => {
    const hook = await newHook(admin, receiver.url, { active: false });
    const ping = `/webhooks/${hook.id}/ping/`;
    const pong = shown(await admin.post(ping), 200);
    assert.deepEqual([pong.delivered, pong.response_status, pong.error], [true, 201, null]);
    assert.equal(pong.response_body, answer.body.slice(0, 1024));
    assert.ok(pong.duration_ms >= 0);
    const { headers, body } = receiver.requests[0];
    const sent = JSON.parse(body);
    assert.deepEqual([sent.type, sent.platform_key, sent.webhook], ['ping', key, hook.id]);
    assert.equal(headers['x-annals-event'], 'ping');
    const signature = createHmac('sha256', hook.secret).update(`${headers['x-annals-timestamp']}.${body}`).digest('hex');
    assert.equal(headers['x-annals-signature'], `v1=${signature}`);
    say = () => 503;
    assert.deepEqual(
      { ...shown(await admin.post(ping), 200), duration_ms: 0 },
      { delivered: false, response_status: 503, response_body: '', error: 'HTTP status 503', duration_ms: 0 },
    );
    say = () => 'hang up';
    const broken = shown(await admin.post(ping), 200);
    assert.deepEqual([broken.delivered, broken.response_status, broken.response_body], [false, null, null]);
    assert.ok(broken.error.length > 5);
    assert.deepEqual(await deliveries(admin, hook), [], 'a ping is no delivery');
    notFound(await admin.post(`/webhooks/${hook.id + 1000}/ping/`));
  });
});

test('a deleted webhook gets nothing more, and one that is switched off neither', async () => {
  const server = await up();
  const { admin } = await newPlatform(server);
  let status = 500;
  await withReceiver(() => status, async (receiver) => {
    const deleted = await newHook(admin, receiver.url.replace('hook', 'deleted'), { event_types: ['PersonCreated'] });
    const off = await newHook(admin, receiver.url.replace('hook', 'off'), { event_types: ['PersonCreated'] });
    await newPerson(admin);
    await receiver.received(2);
    answers(await admin.delete(`/webhooks/${deleted.id}/`), 204);
    shown(await admin.patch(`/webhooks/${off.id}/`, { active: false }), 200);
    await eventually(async () => (await deliveries(admin, off)).length === 0, 'what waited is dropped');
    status = 200;
    await newPerson(admin);
    shown(await admin.patch(`/webhooks/${off.id}/`, { active: true }), 200);
    const last = await newPerson(admin);
    await eventually(() => receiver.events.at(-1).stream === `person-${last.id}`, 'it is on again');
    await sleep(6_000); // longer than the first try again is put off
    assert.deepEqual(receiver.requests.map(({ path }) => path).sort(), ['/deleted', '/off', '/off']);
  });
});

test('addresses that are not public are refused, by themselves and behind names', async () => {
  const inside = await namesLeadingInside();
  await withServer({ args: quiet }, async (server) => {
    const api = superuser(server);
    const refusal = { url: ['This address is not public, and the server sends nothing there.'] };
    await withReceiver(() => 200, async (receiver) => {
      for (const host of ['127.0.0.1', 'localhost', '10.0.0.1', '[::1]', '169.254.169.254', '2130706433', '[::ffff:127.0.0.1]']) {
        fieldErrors(await api.post('/webhooks/', { url: `http://${host}:${receiver.port}/hook` }), refusal);
      }
      if (inside.length === 0) skip('no name on this machine leads inside');
      for (const name of inside) {
        const hook = await newHook(api, `http://${name}:${receiver.port}/hook`, { event_types: ['PersonCreated'] });
        const pong = shown(await api.post(`/webhooks/${hook.id}/ping/`), 200);
        assert.deepEqual([pong.delivered, pong.error], [false, 'the address is not public'], name);
        await newPerson(api);
        const failed = await deliveryWhere(api, hook, ({ attempts }) => attempts > 0, `${name} is tried`);
        assert.deepEqual([failed.response_status, failed.last_error], [null, 'the address is not public']);
        answers(await api.delete(`/webhooks/${hook.id}/`), 204);
      }
      assert.equal(receiver.requests.length, 0);
    }, { host: '0.0.0.0' });
  });
});

async function namesLeadingInside() {
  const names = [];
  for (const name of [hostname(), 'ip6-localhost', 'ip6-loopback']) {
    const found = await lookup(name).catch(() => undefined);
    if (found && /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/.test(found.address)) names.push(name);
  }
  return names;
}

test('a kill at any moment loses no delivery, and what a rebuild reads again is not sent again', { timeoutMs: 120_000 }, async () => {
  await withServer({ args: [...quiet, '--webhook-allow-private'] }, async (server) => {
    const api = superuser(server);
    await withReceiver(() => 200, async (receiver) => {
      const hook = await newHook(api, receiver.url, { event_types: ['PersonCreated', 'PersonUpdated'] });
      const written = [];
      for (let round = 0; round < 5; round += 1) {
        const killing = sleep(100 + Math.random() * 300).then(() => server.kill());
        await writeUntilKilled(api, written);
        await killing;
        await server.launch();
      }
      const wanted = shown(await api.get('/events/?limit=1000&type=PersonCreated,PersonUpdated'), 200).results;
      assert.ok(wanted.length >= written.length && written.length > 10, `${written.length} were written`);
      await eventually(() => wanted.every(({ position }) => receiver.positions.includes(position)), 'each arrives', 60_000);
      inOrderPerStream(receiver.events);
      await eventually(async () => (await deliveries(api, hook)).every(({ status }) => status === 'delivered'), 'all are listed as delivered');
      assert.equal((await server.stop()).code, 0);
      const came = receiver.requests.length;
      for (const command of ['verify', 'check', 'rebuild']) {
        const ran = await annals([command, '--data', server.data]);
        assert.equal(ran.code, 0, `${command}: ${ran.stdout}${ran.stderr}`);
      }
      await server.launch();
      const last = await newPerson(api);
      await eventually(() => receiver.events.at(-1).stream === `person-${last.id}`, 'it goes on');
      assert.equal(receiver.requests.length, came + 1);
      assert.ok((await deliveries(api, hook)).length > 10, 'the list is kept');
    });
  });
});

async function writeUntilKilled(api, written) {
  for (;;) {
    try {
      const person = shown(await api.post('/persons/', { name: `Person ${written.length}` }), 201);
      written.push(person.id);
      shown(await api.patch(`/persons/${person.id}/`, { job_title: `Title ${written.length}` }), 200);
    } catch {
      return;
    }
  }
}

/** Of each stream the first arrivals come in the order of their versions. */
function inOrderPerStream(events) {
  const last = {};
  const seen = new Set();
  for (const { position, stream, version } of events) {
    if (seen.has(position)) continue;
    seen.add(position);
    assert.ok(version > (last[stream] ?? 0), `${stream} ${version} came behind ${last[stream]}`);
    last[stream] = version;
  }
}

test('erased data reads as erased in what is sent later', { timeoutMs: 90_000 }, async () => {
  const server = await up();
  const { admin } = await newPlatform(server);
  let status = 503;
  await withReceiver(() => status, async (receiver) => {
    await newHook(admin, receiver.url, { event_types: ['PersonCreated'] });
    const person = await newPerson(admin, { name: 'Soon Forgotten' });
    await receiver.received(1);
    assert.ok(receiver.requests[0].body.includes('Soon Forgotten'));
    answers(await admin.post(`/persons/${person.id}/erase/`, {}), 204);
    status = 200;
    await eventually(() => receiver.events.at(-1).data.erased, 'it is sent as erased', 60_000);
    assert.ok(!receiver.requests.at(-1).body.includes('Soon Forgotten'));
    assert.equal((await eventOf(admin, receiver.positions.at(-1))).data.name, null);
  });
});
