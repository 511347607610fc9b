// The audit head: signed, checked with openssl alone, and what verify --head proves with it.
import { spawnSync } from 'node:child_process';
import { createPublicKey, verify as holds } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedServer, skip, test, withServer } from '../lib/suite.mjs';
import { answers, assert, forbidden, shown } from '../lib/expect.mjs';
import { replay } from '../lib/log.mjs';
import { annals, root, Server, temporaryDirectory } from '../lib/server.mjs';
import { memberWith, newPerson, newPlatform, stranger, superuser } from '../lib/world.mjs';

const up = sharedServer({ args: ['--log-level', 'warn'] });
const members = ['platform', 'platform_key', 'position', 'hash', 'recorded_at', 'signed_at', 'public_key', 'signature', 'algorithm'];

const textOf = (head) => ['annals audit head 1', ...members.slice(0, 6).map((name) => `${name} ${head[name]}`), ''].join('\n');

function isSigned(head) {
  const key = createPublicKey({ key: Buffer.from(head.public_key, 'base64'), format: 'der', type: 'spki' });
  assert.ok(holds(null, Buffer.from(textOf(head)), key, Buffer.from(head.signature, 'base64')), JSON.stringify(head));
}

function saved(...heads) {
  const file = join(temporaryDirectory('heads'), 'head.json');
  writeFileSync(file, heads.map((head) => (typeof head === 'string' ? head : JSON.stringify(head))).join('\n'));
  return file;
}

const verifyHead = (data, file) => annals(['verify', '--data', data, '--head', file]);

test('the head is that of the caller\'s platform, on every mount, signed', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  await newPerson(platform.admin);
  const events = await replay(server.data, '--platform', platform.key);
  const last = events.at(-1);
  for (const path of ['/audit/head', '/audit/head/', '/api/crm/audit/head', '/dm/api/crm/audit/head']) {
    const head = shown(await platform.admin.get(path), 200);
    assert.deepEqual(Object.keys(head), members, path);
    assert.deepEqual([head.platform, head.platform_key, head.position, head.hash, head.recorded_at, head.algorithm],
      [platform.id, platform.key, last.position, last.hash, last.recorded_at, 'Ed25519']);
    isSigned(head);
  }
});

test('the head follows every write at once, and its key stays', async () => {
  const server = await up();
  const { admin } = await newPlatform(server);
  const before = shown(await admin.get('/audit/head'), 200);
  const person = await newPerson(admin);
  const after = shown(await admin.get('/audit/head'), 200);
  assert.equal(after.position, before.position + 1);
  assert.equal(after.recorded_at, person.created_at);
  assert.equal(after.public_key, before.public_key);
});

test('auditors and managers may read it, others may not', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  answers(await stranger(server).get('/audit/head'), 401);
  for (const role of ['CRM Viewer', 'CRM User', 'CRM Inviter', null]) {
    forbidden(await (await memberWith(server, platform, role)).api.get('/audit/head'));
  }
  for (const role of ['Auditor', 'CRM Manager', 'Tenant Admin']) {
    answers(await (await memberWith(server, platform, role)).api.get('/audit/head'), 200);
  }
});

test('openssl alone checks the signature, as docs/audit.md says', async () => {
  if (spawnSync('openssl', ['version']).status !== 0) skip('openssl is not here');
  const server = await up();
  const directory = temporaryDirectory('openssl');
  const commands = /```sh\n([\s\S]*?openssl[\s\S]*?)```/.exec(readFileSync(join(root, 'docs/audit.md'), 'utf8'))[1];
  const head = (await superuser(server).get('/audit/head')).text;
  const run = (text) => {
    writeFileSync(join(directory, 'head.json'), text);
    return spawnSync('sh', ['-c', commands], { cwd: directory, encoding: 'utf8' });
  };
  const checked = run(head);
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  assert.match(checked.stdout, /Verified Successfully/);
  assert.notEqual(run(head.replace(/"position":(\d+)/, (_, digits) => `"position":${Number(digits) + 1}`)).status, 0);
});

test('verify --head: the log extends what was noted, beside the server and alone', async () => {
  await withServer({ args: ['--log-level', 'warn'] }, async (server) => {
    const api = superuser(server);
    await newPerson(api);
    const early = (await api.get('/audit/head')).text;
    const { position } = JSON.parse(early);
    for (let at = 0; at < 3; at += 1) await newPerson(api);
    const { position: end, hash } = shown(await api.get('/audit/head'), 200);
    const line = `main: verified ${end} events, head ${hash}; extends the head noted at position ${position}\n`;
    const file = saved(early);
    for (const alone of [false, true]) {
      if (alone) await server.stop();
      const ran = await verifyHead(server.data, file);
      assert.deepEqual([ran.code, ran.stdout], [0, line], ran.stderr);
      const laidOut = await verifyHead(server.data, saved(JSON.stringify(JSON.parse(early), null, 2)));
      assert.deepEqual([laidOut.code, laidOut.stdout], [0, line], laidOut.stderr);
    }
    const heads = await annals(['head', '--data', server.data]);
    assert.equal(heads.code, 0, heads.stderr);
    const printed = heads.stdout.trimEnd().split('\n').map((each) => JSON.parse(each));
    assert.deepEqual(printed.map(({ platform_key }) => platform_key), ['system', 'main']);
    printed.forEach(isSigned);
    assert.deepEqual([printed[1].position, printed[1].hash], [end, hash]);
    const all = await verifyHead(server.data, saved(heads.stdout + early));
    assert.equal(all.code, 0, all.stderr);
    assert.match(all.stdout, new RegExp(`^main: .*; extends the heads noted at positions ${position}, ${end}$`, 'm'));
    assert.match(all.stdout, /^system: .*; extends the head noted at position \d+$/m);
  });
});

test('verify --head: a log cut back with its noted heads is found, and so is another log', async () => {
  await withServer({ args: ['--log-level', 'warn'] }, async (server) => {
    const api = superuser(server);
    await newPerson(api);
    await server.stop();
    const earlier = join(temporaryDirectory('earlier'), 'data');
    cpSync(server.data, earlier, { recursive: true });
    await server.launch();
    await newPerson(api);
    const noted = shown(await api.get('/audit/head'), 200);

    const cut = await verifyHead(earlier, saved(noted));
    assert.equal(cut.code, 1, cut.stdout);
    assert.match(cut.stderr, new RegExp(`main: the log ends at position ${noted.position - 1}, before the head noted at position ` +
      `${noted.position}: its tail was removed`));

    const forked = await Server.start({ data: earlier, token: server.token, args: ['--log-level', 'warn'] });
    await newPerson(superuser(forked));
    await forked.stop();
    const rewritten = await verifyHead(earlier, saved(noted));
    assert.equal(rewritten.code, 1, rewritten.stdout);
    assert.match(rewritten.stderr, new RegExp(`another hash at position ${noted.position} than was noted: the chain was rewritten`));
    rmSync(earlier, { recursive: true });

    const foreign = await verifyHead((await up()).data, saved(noted));
    assert.equal(foreign.code, 1, foreign.stdout);
    assert.match(foreign.stderr, /signed by another key than this data directory's/);
    const altered = await verifyHead(server.data, saved({ ...noted, position: noted.position - 1 }));
    assert.equal(altered.code, 1, altered.stdout);
    assert.match(altered.stderr, /signature .* does not hold: the file was altered/);
  });
});

test('verify --head: a file that is no head is wrong usage', async () => {
  const { data } = await up();
  for (const text of ['', 'no JSON', '{"position": 1}']) {
    const ran = await verifyHead(data, saved(text));
    assert.equal(ran.code, 2, `${text}: ${ran.stdout}${ran.stderr}`);
  }
  assert.equal((await verifyHead(data, '/no/such/file')).code, 2);
});
