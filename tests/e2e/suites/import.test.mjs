// Bulk import: into a data directory, through a running server, and over HTTP.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fill, onSmallDisk } from '../lib/disk.mjs';
import { test, withServer } from '../lib/suite.mjs';
import { answers, assert, refuses, shown } from '../lib/expect.mjs';
import { isGapless, isSound, replay } from '../lib/log.mjs';
import { annals, binary, cleanEnvironment, freePort, Server, sleep, temporaryDirectory } from '../lib/server.mjs';
import { distinct, memberWith, newPlatform, superuser } from '../lib/world.mjs';

function fileOf(name, text) {
  const path = join(temporaryDirectory('import'), name);
  writeFileSync(path, text);
  return path;
}

function done(ran, summary) {
  assert.deepEqual([ran.code, ran.signal], [0, null], ran.stderr + ran.stdout);
  assert.equal(ran.stdout.trim(), summary, ran.stderr);
  return ran;
}

/** A server whose data directory is there, but which does not run. */
async function withStopped(body) {
  await withServer({}, async (server) => {
    await server.stop();
    return body(server);
  });
}

const importing = (server, file, ...more) => annals(['import', '--data', server.data, ...more, file]);
const count = async (api, path) => shown(await api.get(`${path}?page_size=1`), 200).count;
const persons = (n, from = 1) => Array.from({ length: n }, (_, at) => ({
  name: `Person ${from + at}`, unique_id: `u-${from + at}`, primary_email: `p${from + at}@example.org`, metadata: { n: from + at },
}));
const ndjson = (records) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

test('CSV: persons and organizations in one file, rejected lines with reasons, and again without doing anything twice', async () => {
  await withStopped(async (server) => {
    const file = fileOf('mixed.csv', '\uFEFFname;type;organization;owner;unique_id;metadata;Shoe Size\r\n'
      + 'Engines;organization;;;;;\r\n'
      + '"Ada ""Countess""\r\nLovelace";person;Engines;admin;u-1;"{""k"": 1}";38\r\n'
      + ';;;;u-2;;\r\n'
      + 'Bob;;Nowhere;nobody;u-3;{;\r\n'
      + 'Cid;;;admin@localhost;u-4;;\r\n');
    const rejects = join(temporaryDirectory('import'), 'rejects.ndjson');
    const first = done(await importing(server, file, '--rejects', rejects),
      'imported 2 persons, 1 organizations, skipped 0, rejected 2');
    assert.match(first.stderr, /^line 5: \{"name":\["This field may not be blank\."\]\}$/m);
    assert.match(first.stderr, /^line 6: \{"organization":\["Invalid pk \\"Nowhere\\" - object does not exist\."\],"owner":.*,"metadata":\["Value must be valid JSON\."\]\}$/m);
    assert.match(first.stderr, /CSV.*persons.*ignored: shoe size/);
    assert.deepEqual(readFileSync(rejects, 'utf8').trim().split('\n').map((line) => JSON.parse(line)).map(({ line, text }) => [line, text]),
      [[5, ';;;;u-2;;'], [6, 'Bob;;Nowhere;nobody;u-3;{;']]);
    done(await importing(server, file), 'imported 0 persons, 0 organizations, skipped 3, rejected 2');

    await isSound(server.data);
    await server.launch();
    const api = superuser(server);
    const [engines] = shown(await api.get('/organizations/'), 200).results;
    const ada = shown(await api.get('/persons/?search=Ada'), 200).results[0];
    assert.deepEqual([ada.name, ada.organization, ada.owner, ada.unique_id, ada.metadata, ada.lifecycle_stage],
      ['Ada "Countess"\r\nLovelace', engines.id, 1, 'u-1', { k: 1 }, 'lead']);
    assert.equal(await count(api, '/persons/'), 2);
    await server.stop();
    const events = await replay(server.data);
    isGapless(events);
    const created = events.filter(({ type }) => type === 'PersonCreated' || type === 'OrganizationCreated');
    assert.deepEqual(created.map(({ actor }) => actor.user), [null, null, null], 'nobody but the server');
    assert.equal(new Set(created.map(({ hash }) => hash)).size, 1, 'one commit');
  });
});

test('NDJSON, standard input, and what files say of themselves', async () => {
  await withStopped(async (server) => {
    const twice = ndjson([...persons(3), { name: 'Again', unique_id: 'u-2' }]);
    done(await importing(server, fileOf('a.jsonl', twice)), 'imported 3 persons, 0 organizations, skipped 1, rejected 0');
    done(await importing(server, fileOf('unnamed', ndjson([{ name: 'Looms', address: { city: 'Leeds' } }]))),
      'imported 0 persons, 1 organizations, skipped 0, rejected 0');
    done(await importing(server, fileOf('b.txt', 'name\tjob_title\nDee\tSmith\n'), '--format', 'csv'),
      'imported 1 persons, 0 organizations, skipped 0, rejected 0');
    done(await importing(server, fileOf('c.csv', 'name,type\nMills,vip\n'), '--type', 'organizations'),
      'imported 0 persons, 1 organizations, skipped 0, rejected 0');
    const piped = await new Promise((ended) => {
      const child = spawn(binary, ['import', '--data', server.data, '-'], { env: cleanEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
      const out = [];
      child.stdout.on('data', (bytes) => out.push(bytes));
      child.on('close', (code) => ended({ code, stdout: Buffer.concat(out).toString() }));
      child.stdin.end(ndjson(persons(2, 3)));
    });
    assert.deepEqual(piped, { code: 0, stdout: 'imported 1 persons, 0 organizations, skipped 1, rejected 0\n' });
    await isSound(server.data);
  });
});

test('--dry-run decides every line beside a running server and writes nothing; the import then does what it said', async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    shown(await api.post('/persons/', { name: 'Old', unique_id: 'u-7', job_title: 'Smith' }), 201);
    const records = [{ name: 'Engines', type: 'organization' }, ...persons(2500).map((one) => ({ ...one, organization: 'Engines' })),
      { name: 'Again', unique_id: 'u-9' }, { name: '', unique_id: 'x' }, { name: 'Lost', organization: 'Nowhere' }];
    const file = fileOf('all.ndjson', ndjson(records.map((one) => ({ type: 'person', ...one }))));
    const before = (await replay(server.data)).length;
    const counts = '2499 persons, 1 organizations, skipped 2, rejected 2';
    const tried = done(await importing(server, file, '--dry-run'), `would import ${counts}`);
    assert.match(tried.stderr, /^line 2503: \{"name"/m);
    assert.match(tried.stderr, /^line 2504: \{"organization"/m);
    const upserts = '2499 persons, 1 organizations, updated 2, unchanged 0, skipped 0, rejected 2';
    done(await importing(server, file, '--dry-run', '--upsert'), `would import ${upserts}`);
    assert.equal((await replay(server.data)).length, before);
    await server.stop();
    done(await importing(server, file, '--dry-run'), `would import ${counts}`);
    done(await importing(server, file), `imported ${counts}`);
    await isSound(server.data);
  });
});

test('--upsert updates what is there by unique_id with the columns that the file has; again, nothing changes', async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    const ada = shown(await api.post('/persons/', { name: 'Ada', unique_id: 'u-1', job_title: 'Countess', metadata: { k: 1 } }), 201);
    await server.stop();
    const file = fileOf('people.csv', 'unique_id,name,lifecycle_stage\nu-1,Ada L.,customer\nu-2,Bob,lead\n,Cid,lead\n');
    const first = done(await importing(server, file, '--upsert'),
      'imported 1 persons, 0 organizations, updated 1, unchanged 0, skipped 0, rejected 1');
    assert.match(first.stderr, /^line 4: \{"unique_id":\["This field is required\."\]\}$/m);
    const events = (await replay(server.data)).length;
    done(await importing(server, file, '--upsert'), 'imported 0 persons, 0 organizations, updated 0, unchanged 2, skipped 0, rejected 1');
    assert.equal((await replay(server.data)).length, events);
    await server.launch();
    const now = shown(await api.get(`/persons/${ada.id}/`), 200);
    assert.deepEqual([now.name, now.job_title, now.lifecycle_stage, now.metadata], ['Ada L.', 'Countess', 'customer', { k: 1 }]);
    const through = ['import', '--server', server.url, '--token', server.token, '--upsert', '--map', 'Stage=lifecycle_stage'];
    done(await annals([...through, fileOf('stages.csv', 'unique_id,stage\nu-1,churned\nu-2,lead\n')]),
      'imported 0 persons, 0 organizations, updated 1, unchanged 1, skipped 0, rejected 0');
    assert.equal(shown(await api.get(`/persons/${ada.id}/`), 200).lifecycle_stage, 'churned');
    await server.stop();
    await isSound(server.data);
  });
});

test('--map reads columns as fields and keys of metadata; what it cannot mean is said before anything is written', async () => {
  await withStopped(async (server) => {
    const file = fileOf('crm.csv', 'Full Name;Company;Kind;Town;Notes;Ref\nEngines;;organization;;;\nAda;Engines;person;London;=x;r-1\n');
    const map = ['Full Name=name', 'company=organization', 'Kind=type', 'Town=metadata.Town', 'notes=', 'REF=unique_id']
      .flatMap((pair) => ['--map', pair]);
    const events = (await replay(server.data)).length;
    for (const [more, about] of [[['--map', 'Phone=job_title'], /no column "phone"/], [['--map', 'Town=shoe'], /"shoe" is no field/],
      [['--map', 'Full Name'], /column=field/], [['--map', 'Company=address', '--type', 'persons'], /"address"/], [[], /no column "name"/]]) {
      const refused = await importing(server, file, ...more);
      assert.equal(refused.code, 2, refused.stderr);
      assert.match(refused.stderr, about);
    }
    assert.equal((await replay(server.data)).length, events);
    done(await importing(server, file, ...map), 'imported 1 persons, 1 organizations, skipped 0, rejected 0');
    await server.launch();
    const [ada] = shown(await superuser(server).get('/persons/'), 200).results;
    assert.deepEqual([ada.name, ada.metadata, ada.unique_id], ['Ada', { Town: 'London' }, 'r-1']);
    assert.notEqual(ada.organization, null);
    done(await annals(['import', '--server', server.url, '--token', server.token, ...map,
      fileOf('more.csv', 'full name,company,kind,town,notes,ref\nLooms,,organization,,,\nBob,Looms,person,Leeds,,r-2\n')]),
    'imported 1 persons, 1 organizations, skipped 0, rejected 0');
    const [bob] = shown(await superuser(server).get('/persons/'), 200).results;
    assert.deepEqual([bob.name, bob.metadata], ['Bob', { Town: 'Leeds' }]);
  });
});

test('into another platform', async () => {
  await withServer({}, async (server) => {
    const other = await newPlatform(server);
    await server.stop();
    done(await importing(server, fileOf('a.ndjson', ndjson(persons(4))), '--platform', other.key),
      'imported 4 persons, 0 organizations, skipped 0, rejected 0');
    await server.launch();
    assert.equal(await count(other.admin, '/persons/'), 4);
    assert.equal(await count(superuser(server), '/persons/'), 0);
  });
});

test('wrong usage is 2, a directory that cannot be used 3, each with a sentence', async () => {
  const ends = (ran, code, about) => {
    assert.deepEqual([ran.code, ran.signal], [code, null], ran.stderr + ran.stdout);
    assert.match(ran.stderr, about);
  };
  const good = fileOf('good.csv', 'name\nA\n');
  await withServer({}, async (server) => {
    ends(await importing(server, good), 3, /--server URL/);
    await server.stop();
    ends(await importing(server, good, '--platform', 'nowhere'), 2, /"nowhere".*main/);
    ends(await importing(server, good, '--platform', 'system'), 2, /"system"/);
    ends(await importing(server, '/no/such/file.csv'), 2, /\/no\/such\/file\.csv/);
    ends(await importing(server, server.data), 2, /directory/);
    ends(await importing(server, good, '--format', 'xml'), 2, /format/);
    ends(await importing(server, good, '--type', 'deals'), 2, /type/);
    ends(await importing(server, good, '--rejects', '/no/such/folder/r'), 2, /rejects/);
    ends(await importing(server, fileOf('bad.csv', 'title\nA\n')), 2, /no column "name"/);
    ends(await importing(server, fileOf('bad.ndjson', '[{"name": "A"}]')), 2, /NDJSON/);
    ends(await annals(['import', '--data', server.data]), 2, /FILE/);
    ends(await annals(['import', '--data', server.data, '--server', 'http://127.0.0.1:1', good]), 2, /server/);
    ends(await annals(['import', '--server', 'http://127.0.0.1:1', '--token', 't', '--dry-run', good]), 2, /dry-run/);
  });
  ends(await annals(['import', '--data', join(temporaryDirectory(), 'missing'), good]), 3, /missing/);
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  ends(await annals(['import', '--server', nowhere, good]), 2, /ANNALS_TOKEN/);
  ends(await annals(['import', '--server', nowhere, '--token', 't', good]), 3, new RegExp(nowhere));
});

test('killed in the middle and run again, it ends with the same records, none twice', { timeoutMs: 120_000 }, async () => {
  const total = 20_000;
  const file = fileOf('many.ndjson', ndjson(persons(total)));
  await withStopped(async (server) => {
    for (let round = 1; round <= 3; round += 1) {
      const child = spawn(binary, ['import', '--data', server.data, file], { env: cleanEnvironment(), stdio: 'ignore' });
      const exited = new Promise((ended) => child.on('exit', ended));
      await Promise.race([sleep(100 * round), exited]);
      child.kill('SIGKILL');
      await exited;
      const verified = await annals(['verify', '--data', server.data]);
      assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    }
    const last = await importing(server, file);
    const [, created, skipped] = /^imported (\d+) persons, 0 organizations, skipped (\d+), rejected 0$/.exec(last.stdout.trim());
    assert.equal(Number(created) + Number(skipped), total);
    await isSound(server.data);
    await server.launch();
    const api = superuser(server);
    assert.equal(await count(api, '/persons/'), total);
    assert.equal(shown(await api.get('/persons/?search=u-12345&page_size=1'), 200).results[0].name, 'Person 12345');
  });
});

test('a disk that runs full stops it with a sentence, and run again with room it goes on', async () => {
  const total = 20_000;
  const file = fileOf('many.ndjson', ndjson(persons(total)));
  await onSmallDisk(160, async (disk) => {
    await withServer({ data: join(disk, 'data') }, async (server) => {
      await server.stop();
      const free = fill(disk, 8 << 20);
      const stopped = await importing(server, file);
      assert.equal(stopped.code, 3, stopped.stderr);
      assert.match(stopped.stderr, /the import stopped: .*make room/i);
      const [, imported] = /^imported (\d+) persons/.exec(stopped.stdout) ?? [0, 0];
      assert.ok(Number(imported) > 0 && Number(imported) < total, stopped.stdout);
      free();
      const last = await importing(server, file);
      const [, created, skipped] = /^imported (\d+) persons, 0 organizations, skipped (\d+), rejected 0$/.exec(last.stdout.trim());
      assert.equal(Number(created) + Number(skipped), total);
      assert.ok(Number(skipped) >= Number(imported), 'what was reported is there');
      await isSound(server.data);
    });
  });
});

test('over HTTP: on every mount, in three forms, with the right of creating', async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    const csv = { type: 'text/csv' };
    for (const [at, mount] of ['', '/api/crm', '/dm/api/crm'].entries()) {
      const answer = await api.under(mount).post('/persons/import/', `name,unique_id\nA,m-${at}\n,\nB,m-0\n`, csv);
      assert.deepEqual(shown(answer, 200), { created: 1, skipped: 1,
        rejected: [{ line: 3, errors: { name: ['This field may not be blank.'] } }] });
    }
    assert.deepEqual(shown(await api.post('/organizations/import/', [{ name: 'Engines' }, { name: 'Engines' }]), 200),
      { created: 1, skipped: 1, rejected: [] });
    const lines = ndjson(persons(1500));
    assert.deepEqual(shown(await api.post('/persons/import', lines, { type: 'application/x-ndjson' }), 200),
      { created: 1500, skipped: 0, rejected: [] });
    assert.equal(await count(api, '/persons/'), 1503);
    refuses(await api.post('/persons/import/', 'name\nA\n', { type: 'text/plain' }), 415);
    answers(await api.post('/persons/import/', 'x'.repeat(2 << 20), { ...csv, agent: false }), 413);
    const platform = await newPlatform(server);
    const viewer = (await memberWith(server, platform, 'CRM Viewer')).api;
    answers(await viewer.post('/persons/import/', 'name\nA\n', csv), 403);
    const user = (await memberWith(server, platform, 'CRM User')).api;
    assert.equal(shown(await user.post('/persons/import/', 'name\nA\n', csv), 200).created, 1);
    await server.stop();
    await isSound(server.data);
  });
});

test('over HTTP: a dry run, an upsert and mapped columns', async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    const csv = { type: 'text/csv' };
    shown(await api.post('/persons/', { name: 'Ada', unique_id: 'u-1', job_title: 'Countess' }), 201);
    const text = 'Full Name,Ref,Town\nAda L.,u-1,London\nBob,u-2,\nBob,u-2,\n,u-3,\n';
    const map = 'map=Full%20Name%3Dname&map=ref%3Dunique_id&map=town%3Dmetadata.Town';
    const at = (more) => `/persons/import/?${map}${more}`;
    const rejected = [{ line: 5, errors: { name: ['This field may not be blank.'] } }];
    const position = (await replay(server.data, '--platform', 'main')).length;
    assert.deepEqual(shown(await api.post(at('&dry_run=true'), text, csv), 200), { created: 1, skipped: 2, rejected, dry_run: true });
    const upserted = { created: 1, updated: 1, unchanged: 1, skipped: 0, rejected };
    assert.deepEqual(shown(await api.post(at('&dry_run=true&upsert=true'), text, csv), 200), { ...upserted, dry_run: true });
    assert.equal((await replay(server.data, '--platform', 'main')).length, position);
    assert.deepEqual(shown(await api.post(at('&upsert=true'), text, csv), 200), upserted);
    const ada = shown(await api.get('/persons/?search=u-1'), 200).results[0];
    assert.deepEqual([ada.name, ada.job_title, ada.metadata], ['Ada L.', 'Countess', { Town: 'London' }]);
    answers(await api.post('/persons/import/?map=a%3Dshoe', text, csv), 400);
    answers(await api.post(at('&upsert=perhaps'), text, csv), 400, { upsert: ['Must be a valid boolean.'] });
    await server.stop();
    await isSound(server.data);
  });
});

test('--server: the file goes to a running server in pieces, whatever its limits', async () => {
  const name = distinct('Engines');
  const records = [{ name, address: {}, type: 'organization' },
    ...persons(2500).map((person) => ({ ...person, type: 'person', organization: name })),
    { name: '', type: 'person' }];
  const file = fileOf('all.ndjson', ndjson(records));
  await withServer({ args: ['--max-body', '100KiB'] }, async (server) => {
    const into = ['import', '--server', server.url, file];
    const first = done(await annals(into, { env: { ANNALS_TOKEN: server.token } }),
      'imported 2500 persons, 1 organizations, skipped 0, rejected 1');
    assert.match(first.stderr, /^line 2502: \{"name"/m);
    done(await annals([...into, '--token', server.token]), 'imported 0 persons, 0 organizations, skipped 2501, rejected 1');
    const csv = fileOf('all.csv', `name,unique_id\n${'"A\nB",c-1\n"open,c-2\nC,c-3\n,c-4\n'}`);
    const second = done(await annals(['import', '--server', server.url, '--token', server.token, csv]),
      'imported 2 persons, 0 organizations, skipped 0, rejected 2');
    assert.match(second.stderr, /^line 4: .*not closed/m);
    assert.match(second.stderr, /^line 6: \{"name"/m);
    assert.equal(await count(superuser(server), '/persons/'), 2502);
    const wrong = await annals([...into, '--token', 'x'.repeat(40)]);
    assert.equal(wrong.code, 2, wrong.stderr);
    assert.match(wrong.stderr, /Invalid token/);
    await server.stop();
    await isSound(server.data);
  });
});

test('--server: a server that dies says how far it came, and running it again goes on', async () => {
  const total = 20_000;
  const file = fileOf('many.ndjson', ndjson(persons(total)));
  const server = await Server.start({});
  try {
    const flags = () => ['import', '--server', server.url, '--token', server.token, file];
    const child = spawn(binary, flags(), { env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] });
    const said = [];
    child.stderr.on('data', (bytes) => said.push(bytes));
    const exited = new Promise((ended) => child.on('close', ended));
    const api = superuser(server);
    for (let seen = 0; seen === 0;) seen = await count(api, '/persons/');
    await server.kill();
    // When it finds no server between two pieces it waits for one to come back, which it does not on this port.
    const code = await Promise.race([exited, sleep(3_000)]);
    child.kill('SIGKILL');
    await exited;
    if (code !== undefined) {
      assert.equal(code, 3);
      assert.match(Buffer.concat(said).toString(), /line \d+/);
    }
    await server.launch();
    const last = await annals(flags());
    assert.match(last.stdout, /rejected 0$/m);
    assert.equal(await count(superuser(server), '/persons/'), total);
  } finally {
    await server.remove();
  }
});
