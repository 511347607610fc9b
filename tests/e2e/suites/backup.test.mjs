// backup, restore and rekey with the real binary.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { test, withServer } from '../lib/suite.mjs';
import { fails, succeeds } from '../lib/command.mjs';
import { answers, assert, shown } from '../lib/expect.mjs';
import { contentsBelow } from '../lib/files.mjs';
import { Api } from '../lib/http.mjs';
import { isGapless, isSound, replay } from '../lib/log.mjs';
import { binary, cleanEnvironment, Server, sleep, temporaryDirectory } from '../lib/server.mjs';
import { distinct, distinctEmail, newOrganization, newPerson, newPlatform, superuser } from '../lib/world.mjs';

const quiet = { args: ['--log-level', 'warn'] };
const fresh = (name) => join(temporaryDirectory(name), 'data');

/** A bit of everything on a platform; what is needed to ask for it again. */
async function live(api) {
  const organization = await newOrganization(api);
  const persons = [];
  for (let at = 0; at < 6; at += 1) {
    persons.push(await newPerson(api, { primary_email: distinctEmail(), organization: at % 2 ? organization.id : null, metadata: { at } }));
  }
  shown(await api.post(`/persons/${persons[0].id}/invite/`, {}), 201);
  shown(await api.post('/persons/merge/', { primary_id: persons[1].id, duplicate_ids: [persons[2].id] }), 200);
  answers(await api.delete(`/persons/${persons[3].id}/`), 204);
  const key = distinct('kept');
  shown(await api.post('/organizations/', { name: key }, { headers: { 'Idempotency-Key': key } }), 201);
  return { key, persons };
}

/** What the server says of all that, but for where and when it is asked. */
async function everyAnswer(server, lives) {
  const said = {};
  for (const { token, key } of lives) {
    const api = new Api(server, token);
    const paths = ['/persons/?page_size=100', '/persons/?ordering=name', '/persons/?search=person', '/organizations/', '/api/core/platform/',
      '/api/core/platform/users/', '/api/core/rbac/roles/?page_size=100', '/api/core/platform/api-tokens/', '/api/catalog/invitations/platform/'];
    for (const { id } of shown(await api.get(paths[0]), 200).results) paths.push(`/persons/${id}/`);
    for (const path of paths) {
      const answer = answers(await api.get(path), 200);
      said[`${token} ${path}`] = `${answer.etag ?? ''} ${answer.text.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, '')
        .replaceAll(/"last_used":"[^"]*"/g, '"last_used":"some time"')}`;
    }
    const kept = await api.post('/organizations/', { name: key }, { headers: { 'Idempotency-Key': key } });
    said[`${token} kept answer`] = `${kept.headers['idempotent-replayed']} ${kept.text}`;
    assert.equal(kept.headers['idempotent-replayed'], 'true');
    const { signed_at, signature, ...head } = shown(await api.get('/audit/head'), 200);
    said[`${token} head`] = head;
  }
  return said;
}

async function livesOn(server) {
  const second = await newPlatform(server);
  const lives = [];
  for (const api of [superuser(server), second.admin]) lives.push({ token: api.token, ...(await live(api)) });
  return lives;
}

const ownKey = (bytes = randomBytes(32)) => {
  const file = join(temporaryDirectory('key'), 'master.key');
  writeFileSync(file, bytes.toString('hex'));
  return file;
};

test('a backup taken beside the server, restored elsewhere, gives every answer as it was', { timeoutMs: 120_000 }, async () => {
  await withServer(quiet, async (server) => {
    const lives = await livesOn(server);
    const before = await everyAnswer(server, lives);
    const events = await replay(server.data);
    const file = join(temporaryDirectory('backup'), 'annals.backup');
    const said = await succeeds('backup', '--data', server.data, '--out', file);
    assert.match(said, new RegExp(`^backed up ${events.length} events of 3 platforms to .*: ${statSync(file).size} bytes, hash [0-9a-f]{64}$`, 'm'));
    assert.match(said, /The master key is in it/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(dirname(file)), ['annals.backup']);
    await newPerson(superuser(server), { name: 'After the backup' });

    const data = fresh('restored');
    const restored = await succeeds('restore', '--from', file, '--data', data);
    for (const { platform_key: key, position, hash } of [events.findLast(({ platform }) => platform === 1), events.at(-1)]) {
      assert.ok(restored.includes(`${key}: restored ${position} events, head ${hash}\n`), restored);
    }
    assert.deepEqual(readdirSync(dirname(data)), ['data']);
    assert.deepEqual(await replay(data), events);
    await isSound(data);
    const copy = await Server.start({ data, token: server.token, ...quiet });
    assert.deepEqual(await everyAnswer(copy, lives), before);
    await newPerson(superuser(copy));
    await copy.restart('SIGKILL');
    await copy.stop();
    isGapless(await replay(data));
    await isSound(data);
  });
});

test('a backup taken while the server writes is whole', { timeoutMs: 120_000 }, async () => {
  await withServer(quiet, async (server) => {
    const { admin } = await newPlatform(server);
    let writing = true;
    const load = (async () => {
      while (writing) await Promise.all(Array.from({ length: 8 }, () => newPerson(admin, { metadata: { pad: 'x'.repeat(300) } })));
    })();
    try {
      for (let round = 0; round < 3; round += 1) {
        const file = join(temporaryDirectory('backup'), 'annals.backup');
        const data = fresh('restored');
        await succeeds('backup', '--data', server.data, '--out', file);
        await succeeds('restore', '--from', file, '--data', data);
        isGapless(await replay(data));
        await isSound(data);
      }
    } finally {
      writing = false;
      await load;
    }
  });
});

test('under an own master key the backup holds none, and the restore needs it', async () => {
  const key = ownKey();
  await withServer({ args: ['--log-level', 'warn', '--master-key-file', key] }, async (server) => {
    await newPerson(superuser(server));
    await server.stop();
    const file = join(temporaryDirectory('backup'), 'annals.backup');
    assert.match(await succeeds('backup', '--data', server.data, '--master-key-file', key, '--out', file), /The master key is not in it/);
    assert.ok(!readFileSync(file).includes(readFileSync(key)));
    const data = fresh('restored');
    await fails(3, /backup holds no master key.*--master-key-file/, 'restore', '--from', file, '--data', data);
    await fails(3, /does not open the backup/, 'restore', '--from', file, '--data', data, '--master-key-file', ownKey());
    assert.ok(!existsSync(data));
    await succeeds('restore', '--from', file, '--data', data, '--master-key-file', key);
    await succeeds('check', '--data', data, '--master-key-file', key);
  });
});

test('backup and restore replace nothing, and say what is wrong', { timeoutMs: 120_000 }, async () => {
  await withServer(quiet, async (server) => {
    for (let at = 0; at < 20; at += 1) await newPerson(superuser(server));
    const directory = temporaryDirectory('backup');
    const file = join(directory, 'annals.backup');
    await fails(3, /missing/, 'backup', '--data', join(directory, 'missing'), '--out', file);
    await fails(2, /--out/, 'backup', '--data', server.data);
    await fails(2, /nowhere/, 'backup', '--data', server.data, '--out', join(directory, 'nowhere', 'file'));
    await succeeds('backup', '--data', server.data, '--out', file);
    const whole = readFileSync(file);
    await fails(2, /is there already/, 'backup', '--data', server.data, '--out', file);
    assert.ok(readFileSync(file).equals(whole));

    const data = join(directory, 'data');
    await fails(3, /is not empty/, 'restore', '--from', file, '--data', directory);
    await fails(2, /cannot be read/, 'restore', '--from', join(directory, 'none'), '--data', data);
    await fails(2, /--from/, 'restore', '--data', data);
    await fails(2, /no erasure/, 'restore', '--from', file, '--data', data, '--erasures', file);
    const altered = join(directory, 'altered');
    for (const offset of [12, 300, Math.floor(whole.length / 2), whole.length - 40]) {
      const bytes = Buffer.from(whole);
      bytes[offset] ^= 0x10;
      writeFileSync(altered, bytes);
      await fails(1, /is damaged: section \d+/, 'restore', '--from', altered, '--data', data);
    }
    for (const length of [0, 5, 200, whole.length - 1]) {
      writeFileSync(altered, whole);
      truncateSync(altered, length);
      await fails(1, /is damaged/, 'restore', '--from', altered, '--data', data);
    }
    writeFileSync(altered, whole);
    appendFileSync(altered, 'x');
    await fails(1, /bytes stand behind it/, 'restore', '--from', altered, '--data', data);
    const newer = Buffer.from(whole);
    newer[8] = 9;
    writeFileSync(altered, newer);
    await fails(3, /newer annals/, 'restore', '--from', altered, '--data', data);
    assert.deepEqual(readdirSync(directory).sort(), ['altered', 'annals.backup'], 'nothing is left behind');
    mkdirSync(data);
    await succeeds('restore', '--from', file, '--data', data);
  });
});

test('a restore that is killed leaves nothing that opens', { timeoutMs: 120_000 }, async () => {
  await withServer(quiet, async (server) => {
    const api = superuser(server);
    await Promise.all(Array.from({ length: 300 }, () => newPerson(api, { metadata: { pad: 'x'.repeat(2000) } })));
    const directory = temporaryDirectory('backup');
    const file = join(directory, 'annals.backup');
    await succeeds('backup', '--data', server.data, '--out', file);
    let broken = 0;
    for (const wait of [10, 25, 50, 80]) {
      const data = join(directory, `data-${wait}`);
      const child = spawn(binary, ['restore', '--from', file, '--data', data], { env: cleanEnvironment(), stdio: 'ignore' });
      const ended = new Promise((over) => child.on('exit', over));
      await sleep(wait);
      child.kill('SIGKILL');
      await ended;
      for (const name of readdirSync(directory).filter((each) => each.startsWith(`data-${wait}.restoring-`))) {
        const left = join(directory, name);
        const files = readdirSync(left);
        if (files.some((each) => each.startsWith('restore.unfinished'))) {  // or what becomes that file
          broken += 1;
          await fails(3, /broken off|not annals/, 'verify', '--data', left);
        } else if (files.length > 0) {
          await succeeds('check', '--data', left);  // all but the last rename was done
        }
      }
      if (existsSync(data)) await succeeds('check', '--data', data);
      else await succeeds('restore', '--from', file, '--data', data);
    }
    assert.ok(broken > 0, 'none was killed in the middle');
  });
});

test('who was erased since the backup is not in what is restored, and everybody else is', async () => {
  await withServer(quiet, async (server) => {
    const api = superuser(server);
    const [ada, grace] = [await newPerson(api), await newPerson(api)];
    const directory = temporaryDirectory('backup');
    const [file, list, data] = ['annals.backup', 'erasures', 'data'].map((name) => join(directory, name));
    await succeeds('backup', '--data', server.data, '--out', file);
    // the slot is no outsider's to know: of these lines only the one that the log agrees with counts
    const lines = Array.from({ length: 64 }, (_, at) => ({ platform: 1, person: ada.id, slot: at + 1, position: 900, erased_at: ada.created_at }));
    writeFileSync(list, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const said = await succeeds('restore', '--from', file, '--data', data, '--erasures', list);
    assert.match(said, /^of 64 erasures, 1 were of persons in the backup; their keys are destroyed$/m);
    await isSound(data);
    const copy = await Server.start({ data, token: server.token, ...quiet });
    answers(await superuser(copy).get(`/persons/${ada.id}/`), 404);
    assert.deepEqual(shown(await superuser(copy).get(`/persons/${grace.id}/`), 200), grace);
    assert.equal(shown(await superuser(copy).get('/persons/'), 200).count, 1);
    const certificate = shown(await superuser(copy).get(`/persons/${ada.id}/erasure/`), 200);
    assert.match(certificate.reason, /^Erased at .*restored/);
    const [last] = shown(await superuser(copy).get(`/persons/${ada.id}/history/`), 200);
    assert.deepEqual([last.event, last.actor_username, last.position], ['PersonErased', null, certificate.position]);
    await copy.stop();
    const events = await replay(data);
    assert.ok(!events.some((event) => JSON.stringify(event).includes(ada.name)));
    assert.deepEqual(events.filter(({ type }) => type === 'PersonErased').map((event) => event.data.person), [ada.id]);
    const [noted] = readFileSync(join(data, 'erasures'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual([noted.person, noted.position], [ada.id, certificate.position]);
    await succeeds('rebuild', '--data', data);
    await isSound(data);
  });
});

test('rekey, generated to own and back: answers, lookups, proofs stay; the old key opens nothing', { timeoutMs: 180_000 }, async () => {
  await withServer(quiet, async (server) => {
    const lives = await livesOn(server);
    const before = await everyAnswer(server, lives);
    const noted = join(temporaryDirectory('noted'), 'head.json');
    writeFileSync(noted, (await superuser(server).get('/audit/head')).text);
    await fails(3, /in use/, 'rekey', '--data', server.data, '--generate');
    await server.stop();
    const verified = await succeeds('verify', '--data', server.data);
    const generated = readFileSync(join(server.data, 'master.key'));

    const own = ownKey();
    await fails(2, /--generate/, 'rekey', '--data', server.data);
    await fails(2, /new-master-key-file/, 'rekey', '--data', server.data, '--new-master-key-file', '/no/such/key');
    assert.match(await succeeds('rekey', '--data', server.data, '--new-master-key-file', own), /^\d+ keys are under the new master key/);
    for (const [file, content] of contentsBelow(server.data)) assert.ok(!content.includes(generated.subarray(0, 64)), file);
    await fails(3, /master\.key is missing/, 'verify', '--data', server.data);
    assert.equal(await succeeds('verify', '--data', server.data, '--master-key-file', own), verified);
    await succeeds('verify', '--data', server.data, '--master-key-file', own, '--head', noted);
    server.args = ['--log-level', 'warn', '--master-key-file', own];
    await server.launch();
    assert.deepEqual(await everyAnswer(server, lives), before);
    const made = await newPerson(superuser(server), { primary_email: distinctEmail() });
    await server.stop();

    await succeeds('rekey', '--data', server.data, '--master-key-file', own, '--generate');
    await fails(3, /does not open/, 'verify', '--data', server.data, '--master-key-file', own);
    await succeeds('verify', '--data', server.data, '--head', noted);
    await succeeds('check', '--data', server.data);
    const file = join(temporaryDirectory('backup'), 'annals.backup');
    assert.match(await succeeds('backup', '--data', server.data, '--out', file), /The master key is in it/);
    const data = fresh('restored');
    await succeeds('restore', '--from', file, '--data', data);
    server.args = ['--log-level', 'warn'];
    await server.launch();
    assert.deepEqual(shown(await superuser(server).get(`/persons/${made.id}/`), 200), made);
    const copy = await Server.start({ data, token: server.token, ...quiet });
    assert.deepEqual(shown(await superuser(copy).get(`/persons/${made.id}/`), 200), made);
    await copy.stop();
  });
});
