// docs/analytics.md: its questions get answers from a snapshot, and its tables are those that a snapshot has.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedServer, test } from '../lib/suite.mjs';
import { assert, shown } from '../lib/expect.mjs';
import { annals, root, temporaryDirectory } from '../lib/server.mjs';
import { rowsOf } from '../lib/sqlite.mjs';
import { newOrganization, newPerson, newPlatform } from '../lib/world.mjs';

const up = sharedServer();
const text = readFileSync(join(root, 'docs/analytics.md'), 'utf8');
const questions = [...text.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(([, sql]) => sql);

let taking;
const database = () => (taking ??= snapshot());

async function snapshot() {
  const server = await up();
  const { admin, key, adminUser } = await newPlatform(server);
  const acme = await newOrganization(admin, { name: 'Acme' });
  const persons = [
    { name: 'Ada', primary_email: 'ada@acme.example', organization: acme.id, lifecycle_stage: 'customer', metadata: { plan: 'gold' } },
    { name: 'A. Lovelace', primary_email: 'Ada@Acme.example', organization: acme.id, owner: adminUser.id, metadata: { plan: 'gold' } },
    { name: 'Bob', owner: adminUser.id, metadata: { plan: 'tin', seats: 3 } },
    { name: 'Gone', organization: acme.id },
  ];
  const made = [];
  for (const person of persons) made.push(await newPerson(admin, person));
  shown(await admin.post('/persons/merge/', { primary_id: made[2].id, duplicate_ids: [made[3].id] }), 200);
  const out = join(temporaryDirectory('analytics'), 'out');
  const ran = await annals(['snapshot', '--data', server.data, '--platform', key, '--out', out]);
  assert.equal(ran.code, 0, ran.stderr);
  return { file: join(out, 'annals.db'), username: adminUser.username, bob: made[2], lovelace: made[1] };
}

test('the five questions are answered as they stand', async () => {
  const { file, username, lovelace } = await database();
  const month = lovelace.created_at.slice(0, 7);
  const answers = [
    [{ organization: 'Acme', persons: 2, customers: 1 }, { organization: '(none)', persons: 1, customers: 0 }],
    [{ month, persons: 3, customers_percent: 33.3 }],
    [{ email: 'ada@acme.example', persons: 2, names: 'Ada; A. Lovelace' }],
    [{ username, leads: 2, untouched_since: lovelace.updated_at }],
    [{ key: 'plan', value: 'gold', persons: 2 }, { key: 'plan', value: 'tin', persons: 1 }, { key: 'seats', value: 3, persons: 1 }],
  ];
  assert.equal(questions.length, answers.length);
  for (const [at, sql] of questions.entries()) assert.deepEqual(rowsOf(file, sql), answers[at], sql);
});

test('the tables and columns of the document are those of a snapshot', async () => {
  const { file } = await database();
  const section = text.split('## Tables')[1].split('## ')[0];
  const documented = {};
  for (const [, names, columns] of section.matchAll(/^\| (`[a-z_`, ]+) \| (.*) \|$/gm)) {
    const tables = [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    columns.split(tables.length > 1 ? ';' : /$^/).forEach((part, at) => {
      documented[tables[at]] = [...new Set([...part.split(': the top-level')[0].matchAll(/`(\w+)`/g)].map(([, name]) => name))];
    });
  }
  const found = {};
  for (const { name } of rowsOf(file, "SELECT name FROM sqlite_schema WHERE type = 'table'")) {
    found[name] = rowsOf(file, `SELECT name FROM pragma_table_info('${name}')`).map((column) => column.name);
  }
  assert.deepEqual(documented, found);
});
